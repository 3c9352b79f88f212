import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DeploymentSpec } from '../../../core/targets/target.ts'
import { ask, ProcessGround } from '../ground.ts'
import { endpoint, story, type Task } from './step.ts'

const kills = 20
const dieProgram = fileURLToPath(new URL('./die.mjs', import.meta.url))
const stepProgram = fileURLToPath(new URL('./step.ts', import.meta.url))

let ground: ProcessGround
let specs: readonly DeploymentSpec[]

beforeEach(async () => {
  ground = await ProcessGround.make()
  specs = [await ground.package('v1'), await ground.package('v2'), await ground.package('v3')]
})
afterEach(() => ground[Symbol.asyncDispose]())

/** When a step is killed: at an operation, or so long after it began. */
type Moment = { readonly operation: number } | { readonly afterMs: number }

/** Starts a step; gives what it printed. */
async function run(moment: Moment | undefined): Promise<string> {
  const { stateFolder, routerProgram, nodeProgram, readyTimeoutMs = 0 } = ground.options
  const task: Task = { options: { stateFolder, routerProgram, nodeProgram, readyTimeoutMs, env: {} }, specs }
  const env = {
    ...process.env,
    TRAINYARD_DIE_AT: moment !== undefined && 'operation' in moment ? String(moment.operation) : '0',
  }
  const child = spawn(process.execPath, ['--import', dieProgram, stepProgram, JSON.stringify(task)], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (said === '' && moment !== undefined && 'afterMs' in moment)
      setTimeout(() => child.kill('SIGKILL'), moment.afterMs)
    said += text
  })
  await once(child, 'close')
  return said
}

/** What runs: a router or none, and servers. */
function census(): { readonly routers: number; readonly servers: number; readonly others: readonly string[] } {
  const commands = ground.processes().map(({ command }) => command)
  const routers = commands.filter((command) => command.includes('router.mjs'))
  const servers = commands.filter((command) => command.includes('serve.mjs'))
  const others = commands.filter((command) => !routers.includes(command) && !servers.includes(command))
  return { routers: routers.length, servers: servers.length, others }
}

/** Waits until all who lost a race have seen it, and those who begin are ready: then nobody runs whom the target does not see. */
async function expectKnown(told: readonly string[]): Promise<void> {
  for (let look = 0; ; look += 1) {
    const status = await ground.target.look(endpoint)
    const servers = status?.deployments.filter(({ isReady }) => isReady).length ?? 0
    const seen = { routers: Number(status?.isReady === true), servers, others: [] }
    const real = census()
    if (JSON.stringify(real) === JSON.stringify(seen)) return
    if (look === 100) expect(real, told.join('\n')).toEqual(seen)
    await sleep(50)
  }
}

test(`${kills} steps that are killed anywhere leave what the next one can finish, and no process that nobody knows`, async () => {
  const operations = Number(/(\d+) operations/.exec(await run(undefined))?.[1])
  await ground.target.remove(endpoint)
  const told: string[] = []

  for (let kill = 0; kill < kills; kill += 1) {
    const isByTime = kill % 4 === 3
    const moment = isByTime
      ? { afterMs: Math.random() * 1200 }
      : { operation: 1 + Math.floor(((kill + Math.random()) / kills) * operations) }
    const said = await run(moment)
    told.push(`${JSON.stringify(moment)}: ${said.replaceAll('\n', ' ')}`)
    await expectKnown(told)
    if (kill % 10 === 9) await expectFinished(told)
  }

  await ground.target.remove(endpoint)
  expect(ground.processes()).toEqual([])
}, 120_000)

/** The story, told from its beginning by a process that is not killed, ends as it should. */
async function expectFinished(told: readonly string[]): Promise<void> {
  await story(ground.target, specs)

  const status = await ground.target.look(endpoint)
  expect(status, told.join('\n')).toMatchObject({
    isReady: true,
    deployments: [{ name: 'v3', share: 100, isReady: true }],
  })
  expect(status?.deployments).toHaveLength(1)
  await expectKnown(told)
  expect(await ask(status?.address ?? '')).toMatchObject({ status: 200, deployment: 'v3' })
}
