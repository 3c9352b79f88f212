import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Stage } from './stage.ts'
import { commit } from './scratch.ts'
import { expecting } from './stage.ts'
import type { StepResult } from './step-runner.ts'

/** A change that the user makes to params.json: one commit, one run, one version. */
export interface Change {
  readonly what: string
  readonly params: Readonly<Record<string, unknown>>
}

const usual = { model: 'trees', delay_unit: 'minutes', unknown_texts: 'ignore', seed: 2013 }

export const logistic: Change = { what: 'logistic regression', params: { ...usual, model: 'logistic' } }
export const trees: Change = { what: 'gradient-boosted trees', params: usual }
export const unitError: Change = { what: 'trees, delay in hours by mistake', params: { ...usual, delay_unit: 'hours' } }
export const strict: Change = {
  what: 'trees that trip over unknown carriers',
  params: { ...usual, unknown_texts: 'error', seed: 2014 },
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

/** Trains and registers a change; gives the version's reference. */
export async function trainAndRegister({ scratch, trainyard }: Stage, { what, params }: Change): Promise<string> {
  const file = join(scratch.checkout, 'params.json')
  const before = await readFile(file, 'utf8')
  const after = `${JSON.stringify(params, undefined, 2)}\n`
  await writeFile(file, after)
  if (before !== after) await commit(scratch, `Train ${what}`)
  const run = await expecting(0, trainyard('train'))
  const version = await expecting(0, trainyard('register', '--run', run.outputs['candidate'] ?? ''))
  return version.outputs['reference'] ?? ''
}

/** Judges a version, as the story expects it to go. */
export async function judge({ trainyard }: Stage, version: string, expected: 'pass' | 'fail'): Promise<StepResult> {
  return expecting(expected === 'pass' ? 0 : 3, trainyard('compare-and-gate', '--candidate', version))
}

/** The line of a version in the table. */
export function told(end: { version: string; change: Change; gate: StepResult; ending: string }): Told {
  const { version, change, gate, ending } = end
  return { version, what: change.what, logLoss: aprilLogLoss(gate), verdict: gate.outputs['verdict'] ?? '?', ending }
}

/** The candidate's log loss on the flights of April, as the gate measured it. */
function aprilLogLoss({ outputs }: StepResult): string {
  const results: unknown = JSON.parse(outputs['results'] ?? '[]')
  if (!Array.isArray(results)) return '?'
  const found: unknown = results.find((result: { metric?: unknown }) => result.metric === 'logLoss')
  return typeof found === 'object' && found !== null && 'candidate' in found ? Number(found.candidate).toFixed(4) : '?'
}
