import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { nodes } from '../../support/nodes.ts'
import { ask, ProcessGround } from '../ground.ts'
import { endpoint, type Task } from './step.ts'

const stepProgram = fileURLToPath(new URL('./step.ts', import.meta.url))

/** What a step of a job sees, and what must not pass to what it leaves behind. */
const jobOnly = {
  RUNNER_TRACKING_ID: 'github_5f1c',
  VSTS_PROCESS_LOOKUP_ID: 'vsts_77ab',
  GITHUB_TOKEN: 'ghs_notforservers',
  INPUT_TOKEN: 'an-input-of-the-step',
}

/** Runs the story in a process that ends, as a step does. */
async function runStep(ground: ProcessGround, nodeProgram: string): Promise<void> {
  const { stateFolder, routerProgram, readyTimeoutMs = 0 } = ground.options
  const specs = [await ground.package('v1'), await ground.package('v2'), await ground.package('v3')]
  const env = { PATH: process.env['PATH'] ?? '', ...jobOnly }
  const task: Task = { options: { stateFolder, routerProgram, nodeProgram, readyTimeoutMs, env }, specs }
  const child = spawn(process.execPath, [stepProgram, JSON.stringify(task)], { stdio: ['ignore', 'ignore', 'inherit'] })
  const [exitCode] = (await once(child, 'exit')) as [number | null]
  expect(exitCode).toBe(0)
}

test.each(nodes())(
  'an endpoint on $name outlives the step that made it, and sees nothing of its job',
  async ({ path }) => {
    await using ground = await ProcessGround.make()

    await runStep(ground, path)
    const status = await ground.target.look(endpoint)

    expect(status).toMatchObject({ isReady: true, deployments: [{ name: 'v3', share: 100, isReady: true }] })
    expect(await ask(status?.address ?? '')).toMatchObject({ status: 200, deployment: 'v3' })
    const running = ground.processes()
    expect(running).toHaveLength(2)
    for (const { pid, command } of running) {
      expect(command).toContain(path)
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8')
      for (const [name, value] of Object.entries(jobOnly)) {
        expect(environment).not.toContain(name)
        expect(environment).not.toContain(value)
      }
      // It leads a session of its own: nobody's terminal, nobody's group.
      expect(sessionOf(pid)).toBe(pid)
    }
    await ground.target.remove(endpoint)
    expect(ground.processes()).toEqual([])
  },
)

function sessionOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3])
}

test('what an endpoint remembers is for its owner alone, and no command line or environment holds the token', async () => {
  await using ground = await ProcessGround.make()
  await ground.target.ensureEndpoint(endpoint)
  await ground.target.start(endpoint, await ground.package('v1'))
  await ground.target.setShares(endpoint, { v1: 100 })

  const files = filesIn(ground.state(endpoint))
  const { token } = JSON.parse(readFileSync(join(ground.state(endpoint), 'router.json'), 'utf8')) as { token: string }

  expect(files.length).toBeGreaterThan(5)
  for (const file of files.filter((each) => !each.endsWith('.ready.json'))) {
    expect(`${file} ${(statSync(file).mode & 0o777).toString(8)}`).toBe(`${file} 600`)
    if (!file.endsWith('router.json')) expect(readFileSync(file, 'utf8')).not.toContain(token)
  }
  for (const { pid, command } of ground.processes()) {
    expect(command).not.toContain(token)
    expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain(token)
  }
  expect(ground.lines.join('\n')).not.toContain(token)
})

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}
