import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { DeploymentSpec } from '../../../core/targets/target.ts'
import { ask, ProcessGround } from '../ground.ts'
import { endpoint, story, type Task } from './step.ts'

/** In two lanes, each with an endpoint of its own. */
const kills = 20
const lanes = 2
const dieProgram = fileURLToPath(new URL('./die.mjs', import.meta.url))
const stepProgram = fileURLToPath(new URL('./step.ts', import.meta.url))

/** When a step is killed: at an operation, or so long after it began. */
type Moment = { readonly operation: number } | { readonly afterMs: number }

/** One endpoint, and what happened to it so far. */
interface Lane {
  readonly ground: ProcessGround
  readonly specs: readonly DeploymentSpec[]
  readonly told: string[]
}

/** Starts a step; gives what it printed. */
async function run({ ground, specs }: Lane, moment?: Moment): Promise<string> {
  const { stateFolder, routerProgram, nodeProgram, readyTimeoutMs = 0 } = ground.options
  const task: Task = { options: { stateFolder, routerProgram, nodeProgram, readyTimeoutMs, env: {} }, specs }
  const dieAt = moment !== undefined && 'operation' in moment ? moment.operation : 0
  const child = spawn(process.execPath, ['--import', dieProgram, stepProgram, JSON.stringify(task)], {
    env: { ...process.env, TRAINYARD_DIE_AT: String(dieAt) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (said === '' && moment !== undefined && 'afterMs' in moment)
      setTimeout(() => child.kill('SIGKILL'), moment.afterMs)
    said += text
  })
  await once(child, 'close')
  return said.replaceAll('\n', ' ')
}

/** What runs: a router or none, and servers. */
function census(ground: ProcessGround) {
  const commands = ground.processes().map(({ command }) => command)
  const routers = commands.filter((command) => command.includes('router.mjs'))
  const servers = commands.filter((command) => command.includes('serve.mjs'))
  const others = commands.filter((command) => !routers.includes(command) && !servers.includes(command))
  return { routers: routers.length, servers: servers.length, others }
}

/** Waits until all who lost a race have seen it, and those who begin are ready: then nobody runs whom the target does not see. */
async function expectKnown({ ground, told }: Lane): Promise<void> {
  for (let look = 0; ; look += 1) {
    const status = await ground.target.look(endpoint)
    const servers = status?.deployments.filter(({ isReady }) => isReady).length ?? 0
    const seen = { routers: Number(status?.isReady === true), servers, others: [] }
    const real = census(ground)
    if (JSON.stringify(real) === JSON.stringify(seen)) return
    if (look === 200) expect(real, told.join('\n')).toEqual(seen)
    await sleep(50)
  }
}

/** The story, told from its beginning by a process that is not killed, ends as it should. */
async function expectFinished(lane: Lane): Promise<void> {
  const { ground, specs, told } = lane
  await story(ground.target, specs)

  const status = await ground.target.look(endpoint)
  const alone = [{ name: 'v3', share: 100, isReady: true }]
  expect(status, told.join('\n')).toMatchObject({ isReady: true, deployments: alone })
  await expectKnown(lane)
  expect(await ask(status?.address ?? '')).toMatchObject({ status: 200, deployment: 'v3' })
}

/** The kills of one lane: three of four at an operation, from the first to the last of the story, and one at any time. */
async function survive(at: number): Promise<void> {
  await using ground = await ProcessGround.make()
  const specs = [await ground.package('v1'), await ground.package('v2'), await ground.package('v3')]
  const lane: Lane = { ground, specs, told: [] }
  const operations = Number(/(\d+) operations/.exec(await run(lane))?.[1])
  expect(operations).toBeGreaterThan(30)
  await ground.target.remove(endpoint)

  for (let kill = at; kill < kills; kill += lanes) {
    const operation = 1 + Math.floor(((kill + Math.random()) / kills) * operations)
    const moment = kill % 4 === 3 ? { afterMs: Math.random() * 1200 } : { operation }
    lane.told.push(`${JSON.stringify(moment)}: ${await run(lane, moment)}`)
    await expectKnown(lane)
    if (kill % 10 >= 8) await expectFinished(lane)
  }

  await ground.target.remove(endpoint)
  expect(ground.processes()).toEqual([])
}

test(`${kills} steps that are killed anywhere leave what the next one can finish, and no process that nobody knows`, async () => {
  await Promise.all(Array.from({ length: lanes }, (_, at) => survive(at)))
}, 120_000)
