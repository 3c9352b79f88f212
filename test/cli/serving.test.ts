import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ProcessTrial } from '../deploy-canary/a-process-trial.ts'
import { runCli } from './run-cli.ts'

/** Runs a command as somebody at the machine that serves. */
async function at(trial: ProcessTrial, ...args: readonly string[]) {
  const { bench, ground } = trial
  const where = ['--workspace', bench.url, '--state-folder', ground.folder]
  return runCli([...args, ...where], { cwd: bench.folder })
}

test('endpoints shows what serves, with which share and whether it is healthy; down ends it and records that', async () => {
  await using trial = await ProcessTrial.make()
  await trial.deploy(await trial.version())
  const second = await trial.version()
  await trial.deploy({ ...second, once: 'true' })

  const shown = await at(trial, 'endpoints')
  const { stdout } = await at(trial, 'endpoints', '--json')
  const [stable, canary] = JSON.parse(stdout) as { share: number; role: string; health: string; models: string[] }[]
  const [server] = trial.ground.processes().filter(({ command }) => command.includes('serve.mjs'))
  process.kill(server?.pid ?? 0, 'SIGKILL')
  const broken = await at(trial, 'endpoints')
  const down = await at(trial, 'down', 'api')
  const after = await at(trial, 'endpoints')

  expect(shown.stderr).toBe('')
  expect(shown.stdout).toMatch(/^ENDPOINT +ADDRESS +VERSION +ROLE +SHARE +SINCE +HEALTH +FAILED/)
  expect(shown.stdout).toMatch(
    /\napi +http:\/\/127\.0\.0\.1:\d+ +kettle@1 +stable +80 % +\d{4}-\d\d-\d\d \d\d:\d\d +healthy +0 of 0/,
  )
  expect(shown.stdout).toMatch(/\napi +http:\S+ +kettle@2 +canary +20 % +/)
  expect([stable, canary]).toMatchObject([
    { share: 80, role: 'stable', health: 'healthy', models: ['kettle@1'] },
    { share: 20, role: 'canary', health: 'healthy', models: ['kettle@2'] },
  ])
  expect(broken.stdout).toContain(' not ready ')
  expect(down.stdout).toMatch(/^api is down; it served kettle@\d \(\d+ %\) and kettle@\d \(\d+ %\)\.\n$/)
  expect(after.stdout).toBe('Nothing serves.\n')
  expect(trial.ground.processes()).toEqual([])
  expect(await trial.live()).toEqual([])
})

test('down --all ends every endpoint, and says so where there is none', async () => {
  await using trial = await ProcessTrial.make()
  const first = await trial.version()
  await trial.deploy(first)
  await trial.deploy({ ...first, endpoint: 'other' })

  const down = await at(trial, 'down', '--all')
  const again = await at(trial, 'down', '--all')

  expect(down.stdout).toBe('api is down; it served kettle@1 (100 %).\nother is down; it served kettle@1 (100 %).\n')
  expect(again.stdout).toBe('There is no endpoint on this machine.\n')
  expect(trial.ground.processes()).toEqual([])
})

test('what another machine serves is shown, and is not ended here unless its machine is gone', async () => {
  await using trial = await ProcessTrial.make()
  await trial.deploy(await trial.version())
  const elsewhere = ['--workspace', trial.bench.url, '--state-folder', join(trial.bench.temp, 'other-machine')]
  const there = (...args: readonly string[]) => runCli([...args, ...elsewhere], { cwd: trial.bench.folder })

  const shown = await there('endpoints')
  const refused = await there('down', 'api')
  const live = await trial.live()
  const forgotten = await there('down', 'api', '--forget')

  expect(shown.stdout).toContain(' not on this machine ')
  expect(refused.exitCode).toBe(2)
  expect(refused.stderr).toMatch(/TY0215[^]*run this where it serves, or with --forget/)
  expect(live).toEqual(['kettle@1 stable 100'])
  expect(forgotten.exitCode).toBe(0)
  expect(await trial.live()).toEqual([])
})

test.each([
  [['down'], /--endpoint is missing: name an endpoint, or say --all/],
  [['down', 'api', '--all'], /excludes an endpoint/],
  [['down', 'nowhere'], /there is no endpoint nowhere on this machine/],
])('%j is refused', async (args, words) => {
  await using trial = await ProcessTrial.make()

  const { exitCode, stderr } = await at(trial, ...args)

  expect(exitCode).toBe(2)
  expect(stderr).toMatch(words)
})
