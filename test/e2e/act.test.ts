import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aboutProject } from '../../core/gen/about.ts'
import { root } from '../../scripts/lib/sources.mjs'
import { emptyFolder, runScript } from '../packed/unpacked.ts'
import type { ActReading, ActStep } from '../support/act.ts'
import { basicEnvironment, runCiProcess } from '../support/ci-process.ts'
import { commandFace } from '../support/faces.ts'
import { nodes } from '../support/nodes.ts'
import { endProcessesOf, processesOf } from '../support/processes.ts'
import { git } from '../support/project-repository.ts'
import { needTool, tool } from '../support/tools.ts'
import { FlightsScene, paramsFile, pullRequest, push, tokens } from './flights-scene.ts'

const about = aboutProject(root)
const scratch = mkdtempSync(join(tmpdir(), 'trainyard-act-'))
const release = emptyFolder()
const node = nodes().find(({ name }) => name === 'node24')?.path ?? process.execPath
const act = tool('act')
let scene: FlightsScene | undefined

beforeAll(async () => {
  if (act === undefined) return
  runScript('package-actions.mjs', release)
  const actions = `${about.repository}@v${about.numbers.major}`
  scene = await FlightsScene.build({ act, node, release, actions, scratch })
}, 600_000)

afterAll(async () => {
  endProcessesOf(scratch)
  await scene?.[Symbol.asyncDispose]()
  for (const folder of [scratch, release]) rmSync(folder, { recursive: true, force: true })
})

function built(): FlightsScene {
  if (scene === undefined) throw new Error('the scene was not built')
  return scene
}

/** The step of a reading that runs one of our actions. */
function stepOf({ steps, transcript }: ActReading, action: string, stage = 'Main'): ActStep {
  const found = steps.find((step) => step.uses.includes(`/actions/${action}@`) && step.stage === stage)
  if (found === undefined) throw new Error(`${action} did not run:\n${transcript}`)
  return found
}

/** What is in the workspace's branch, newest first. */
function subjects(): readonly string[] {
  return git(scratch, ['--git-dir', built().repository.remote, 'log', '--format=%s', 'trainyard']).split('\n')
}

/** The champion, as three people see it who have just cloned the repository. */
async function champions(): Promise<readonly (string | undefined)[]> {
  const trainyard = commandFace(node, join(root, 'dist/cli/trainyard.mjs'))
  const seen = [1, 2, 3].map((which) =>
    trainyard.run({
      step: 'fetch',
      inputs: { candidate: 'flights@champion', folder: join(scratch, `seen-${which}`) },
      checkout: built().clone(),
      env: { TRAINYARD_INPUT_TOKEN: tokens.own },
    }),
  )
  return (await Promise.all(seen)).map(({ outputs }) => outputs['reference'])
}

describe('the example workflows, run for real', { timeout: 300_000 }, () => {
  let trained = ''

  test('a pull request trains and judges its run, and registers nothing', async (context) => {
    needTool(context, 'act')
    const { repository } = built()
    repository.commit(paramsFile({ model: 'logistic', delay_unit: 'minutes' }), 'Begin with something simple', 'simple')

    const reading = await built().play({
      workflow: 'pull-request.yml',
      event: pullRequest(1, 'simple'),
      branch: 'simple',
    })
    const train = stepOf(reading, 'train')
    const gate = stepOf(reading, 'compare-and-gate')
    trained = train.outputs.get('run') ?? ''

    expect(Object.fromEntries(reading.jobs), reading.transcript).toEqual({ judge: 'success' })
    expect(train.outputs.get('state')).toBe('succeeded')
    expect(train.summary).toContain('logLoss')
    expect(gate.outputs.get('verdict')).toBe('pass')
    expect(gate.outputs.get('candidate')).toBe(`run:${trained}`)
    // There is no champion yet, and the page says so.
    expect(gate.summary).toMatch(/absolute criteria alone decided/i)
    expect(subjects().filter((subject) => /registered/.test(subject))).toEqual([])
    expect(readdirSync(reading.artifacts)).toEqual([])
  })

  test('a push to main uses that run, registers version 1 and starts one release', async (context) => {
    needTool(context, 'act')
    const { repository, api } = built()
    const commit = repository.commit(paramsFile({ model: 'logistic', delay_unit: 'minutes' }), 'Merge')

    const reading = await built().play({ workflow: 'push.yml', event: push(commit) })

    expect(Object.fromEntries(reading.jobs), reading.transcript).toEqual({
      train: 'success',
      register: 'success',
      trigger: 'success',
    })
    expect(stepOf(reading, 'train').outputs.get('run')).toBe(trained)
    expect(stepOf(reading, 'register').outputs.get('reference')).toBe('flights@1')
    expect(stepOf(reading, 'trigger').outputs.get('fired')).toBe('1')
    expect(api.runs.map(({ file, ref, inputs }) => [file, ref, inputs['candidate']])).toEqual([
      ['release.yml', 'main', 'flights@1'],
    ])
    expect(api.runs[0]?.title).toContain(String(api.runs[0]?.inputs['event']))
  })

  test('the release judges version 1 and makes it the champion, in the eyes of everybody', async (context) => {
    needTool(context, 'act')
    const inputs = built().api.runs[0]?.inputs ?? {}

    const reading = await built().play({
      workflow: 'release.yml',
      event: { name: 'workflow_dispatch', payload: { ref: 'refs/heads/main', inputs } },
    })

    expect(Object.fromEntries(reading.jobs), reading.transcript).toEqual({ gate: 'success', promote: 'success' })
    expect(stepOf(reading, 'compare-and-gate').outputs.get('verdict')).toBe('pass')
    expect(Object.fromEntries(stepOf(reading, 'promote').outputs)).toMatchObject({ version: '1', moved: 'true' })
    expect(await champions()).toEqual(['flights@1', 'flights@1', 'flights@1'])
  })

  test('a pull request with a unit error is refused, and its page says why', async (context) => {
    needTool(context, 'act')
    built().repository.commit(paramsFile({ model: 'logistic', delay_unit: 'hours' }), 'Count in hours', 'hours')

    const reading = await built().play({
      workflow: 'pull-request.yml',
      event: pullRequest(2, 'hours'),
      branch: 'hours',
    })
    const gate = stepOf(reading, 'compare-and-gate')

    expect(Object.fromEntries(reading.jobs), reading.transcript).toEqual({ judge: 'failure' })
    expect(gate.result).toBe('failure')
    expect(gate.outputs.get('verdict')).toBe('fail')
    expect(gate.outputs.get('champion')).toBe('flights@1')
    expect(gate.summary).toContain('logLoss')
    expect(await champions()).toEqual(['flights@1', 'flights@1', 'flights@1'])
  })

  test('a pull request from a fork is trained and judged, and nothing of it is recorded', async (context) => {
    needTool(context, 'act')
    built().repository.commit(paramsFile({ model: 'trees', delay_unit: 'minutes' }), 'Plant trees', 'trees')
    const before = subjects()

    const event = pullRequest(3, 'trees', 'stranger/flights')
    const reading = await built().play({ workflow: 'pull-request.yml', event, branch: 'trees', token: tokens.fork })
    const gate = stepOf(reading, 'compare-and-gate')

    expect(Object.fromEntries(reading.jobs), reading.transcript).toEqual({ judge: 'success' })
    expect(gate.outputs.get('verdict')).toBe('pass')
    expect(gate.outputs.get('champion')).toBe('flights@1')
    expect(gate.summary).toContain('Not recorded')
    expect(existsSync(join(reading.artifacts, 'trainyard-pending/trainyard-rehearsal'))).toBe(true)
    expect(subjects()).toEqual(before)
  })

  test('the weekly retraining registers the next version and starts its release at once', async (context) => {
    needTool(context, 'act')
    const { api } = built()

    const reading = await built().play({ workflow: 'retrain.yml', event: { name: 'schedule', payload: {} } })

    expect(Object.fromEntries(reading.jobs), reading.transcript).toEqual({ train: 'success', register: 'success' })
    expect(stepOf(reading, 'train').outputs.get('run')).not.toBe(trained)
    expect(stepOf(reading, 'train', 'Post').result).toBe('success')
    expect(stepOf(reading, 'register').outputs.get('reference')).toBe('flights@2')
    expect(api.runs.map(({ inputs }) => inputs['candidate'])).toEqual(['flights@1', 'flights@2'])
  })

  test('a release with traffic puts it on a machine that goes on serving, and makes it the champion', async (context) => {
    needTool(context, 'act')
    const home = join(scratch, 'home')
    mkdirSync(home)

    const reading = await built().play({
      workflow: 'release-with-traffic.yml',
      event: { name: 'workflow_dispatch', payload: { ref: 'refs/heads/main', inputs: built().api.runs[1]?.inputs } },
      home,
    })
    const [packaged, deployed, promoted] = ['package', 'deploy-canary', 'promote'].map((step) => stepOf(reading, step))
    const ready = await fetch(`${deployed?.outputs.get('address') ?? ''}/v2/models/flights/versions/2/ready`)
    const serving = processesOf(home)
    const down = await runCiProcess({
      node,
      entry: join(root, 'dist/cli/trainyard.mjs'),
      args: ['down', 'flights', '--state-folder', join(home, '.trainyard/serving/octo-flights')],
      cwd: built().clone(),
      env: { ...basicEnvironment(), TRAINYARD_INPUT_TOKEN: tokens.own },
    })

    expect(Object.fromEntries(reading.jobs), reading.transcript).toEqual({ gate: 'success', deploy: 'success' })
    expect(packaged?.outputs.get('reference')).toBe('flights@2')
    // What it says of this machine's speed depends on what else the machine does; that it ran does not.
    expect(stepOf(reading, 'profile').result).toBeDefined()
    expect(Object.fromEntries(deployed?.outputs ?? [])).toMatchObject({ verdict: 'pass', share: '100' })
    expect(Object.fromEntries(promoted?.outputs ?? [])).toMatchObject({ version: '2', previous: '1', moved: 'true' })
    expect(ready.status).toBe(200)
    expect(serving.length).toBeGreaterThanOrEqual(2)
    expect(`${down.stdout}${down.stderr}`).toBe('flights is down; it served flights@2 (100 %).\n')
    expect(processesOf(home)).toEqual([])
    expect(await champions()).toEqual(['flights@2', 'flights@2', 'flights@2'])
  })
})
