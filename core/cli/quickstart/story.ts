import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { print } from '../print.ts'
import type { Receiver } from './receiver.ts'
import { commit, type Scratch } from './scratch.ts'
import type { StepResult, StepRunner } from './step-runner.ts'

/** What the story is told with. */
export interface Stage {
  readonly scratch: Scratch
  readonly trainyard: StepRunner
  readonly receiver: Receiver
  /** Prints a heading. */
  readonly chapter: (title: string) => void
}

/** One version of the story, for the table at its end. */
export interface Told {
  readonly version: string
  readonly what: string
  /** On the flights of April. */
  readonly logLoss: string
  readonly verdict: string
  readonly ending: string
}

/** The changes that the user makes to params.json, one commit a version. */
const logistic = { what: 'logistic regression', params: { model: 'logistic', delay_unit: 'minutes', seed: 2013 } }
const trees = { what: 'gradient-boosted trees', params: { model: 'trees', delay_unit: 'minutes', seed: 2013 } }
const unitError = {
  what: 'trees, delay in hours by mistake',
  params: { model: 'trees', delay_unit: 'hours', seed: 2013 },
}

/** The whole story, with the steps that users run. @throws StoryError where it does not go as told. */
export async function tell(stage: Stage): Promise<readonly Told[]> {
  const { trainyard, chapter } = stage
  chapter('1  The first model: nothing to compare with, so absolute criteria decide')
  const first = await release(stage, logistic)
  await deliverTwice(stage)
  chapter('2  A better one: judged against the champion on the same 27,564 flights of April')
  const second = await release(stage, trees)
  chapter('3  A mistake: one column in hours instead of minutes')
  const third = await refuse(stage, unitError)
  chapter('4  What serves, and why')
  await expecting(0, trainyard('models', 'flights'))
  await expecting(0, trainyard('lineage', 'flights@champion'))
  await expecting(0, trainyard('audit'))
  return [first, second, third]
}

interface Change {
  readonly what: string
  readonly params: Readonly<Record<string, unknown>>
}

/** A version that is trained, registered, judged and promoted. */
async function release(stage: Stage, change: Change): Promise<Told> {
  const { trainyard } = stage
  const version = await trainAndRegister(stage, change)
  const gate = await expecting(0, trainyard('compare-and-gate', '--candidate', version))
  await expecting(0, trainyard('promote', '--candidate', version))
  return told({ version, change, gate, ending: 'promoted' })
}

/** A version that the gate refuses, and that promote refuses for that reason. */
async function refuse(stage: Stage, change: Change): Promise<Told> {
  const { trainyard } = stage
  const version = await trainAndRegister(stage, change)
  const gate = await expecting(3, trainyard('compare-and-gate', '--candidate', version))
  await expecting(3, trainyard('promote', '--candidate', version))
  return told({ version, change, gate, ending: 'refused' })
}

function told(end: { version: string; change: Change; gate: StepResult; ending: string }): Told {
  const { version, change, gate, ending } = end
  return { version, what: change.what, logLoss: aprilLogLoss(gate), verdict: gate.outputs['verdict'] ?? '?', ending }
}

/** One commit, one run, one version; gives the version's reference. */
async function trainAndRegister({ scratch, trainyard }: Stage, { what, params }: Change): Promise<string> {
  const file = join(scratch.checkout, 'params.json')
  const before = await readFile(file, 'utf8')
  const after = `${JSON.stringify(params, undefined, 2)}\n`
  await writeFile(file, after)
  if (before !== after) await commit(scratch, `Train ${what}`)
  const run = await expecting(0, trainyard('train'))
  const version = await expecting(0, trainyard('register', '--run', run.outputs['candidate'] ?? ''))
  return version.outputs['reference'] ?? ''
}

/** The trigger runs twice, and the release starts once. */
async function deliverTwice({ trainyard, receiver }: Stage): Promise<void> {
  await expecting(0, trainyard('trigger'))
  await expecting(0, trainyard('trigger'))
  if (receiver.deliveries.length !== 1)
    throw new StoryError(`the release was started ${receiver.deliveries.length} times`)
  print('\nThe trigger ran twice; the release was started once.')
}

/** The candidate's log loss on the flights of April, as the gate measured it. */
function aprilLogLoss({ outputs }: StepResult): string {
  const results: unknown = JSON.parse(outputs['results'] ?? '[]')
  if (!Array.isArray(results)) return '?'
  const found: unknown = results.find((result: { metric?: unknown }) => result.metric === 'logLoss')
  return typeof found === 'object' && found !== null && 'candidate' in found ? Number(found.candidate).toFixed(4) : '?'
}

async function expecting(exitCode: number, step: Promise<StepResult>): Promise<StepResult> {
  const result = await step
  if (result.exitCode === exitCode) return result
  throw new StoryError(`a step ended with ${result.exitCode}, where the story wants ${exitCode}`)
}

/** The story did not go as it is told: a defect, since data, pins and steps are all ours. */
export class StoryError extends Error {}
