import { featureNamesKey } from '../engines/onnx/feature-names.ts'
import type { Signature } from '../records/model.ts'
import type { CriterionResult } from '../records/verdict.ts'
import type { Criteria } from './criteria.ts'
import type { Facts } from './facts.ts'

/** The columns of both models' matrices, where their files name them. */
export interface ColumnsCompared {
  readonly candidate: readonly string[] | undefined
  readonly champion: readonly string[] | undefined
}

/**
 * Compares the columns of the candidate's matrix with those of the champion's, or where these are not known with those that the
 * criteria list: what is called otherwise or stands elsewhere gets values that are not its own. Pure.
 *
 * @returns One failed criterion that tells every break; nothing where all are the same, or where one side is not known.
 */
export function judgeColumns({ data }: Criteria, { columns, labels }: Facts): readonly CriterionResult[] {
  const { candidate, champion } = columns ?? {}
  const before = champion ?? data.features
  if (candidate === undefined || before === undefined) return []
  const whose = champion === undefined ? 'data.features lists' : 'the champion takes'
  const breaks = breaksBetween(candidate, before, whose)
  if (breaks.length === 0) return []
  const result = {
    criterion: champion === undefined ? 'columns as data.features lists them' : 'columns as the champion’s',
    metric: 'columns',
    kind: 'fail',
    isRequired: true,
    n: labels.length,
    sentence: breaks.join(' '),
  } as const
  return [result]
}

/** What is known of a side, whatever it predicts. */
interface Side {
  readonly subject: { readonly reference: string }
  readonly signature: Signature | undefined
}

/**
 * What of both sides' inputs could not be compared, since nobody wrote it down; one sentence, or none. Where each column is an input
 * of its own, the signature names them.
 */
export function uncomparedInputs(candidate: Side, champion: Side | undefined): string | undefined {
  if (champion === undefined) return undefined
  const silent = [candidate, champion].filter(({ signature }) => signature === undefined)
  if (silent.length > 0)
    return `Inputs, columns and outputs are not compared: ${named(silent)} not have exactly one ONNX file that says them.`
  const nameless = [candidate, champion].filter(({ signature }) => hasNamelessColumns(signature))
  if (nameless.length === 0) return undefined
  return `The columns of the matrix are not compared with the champion’s: ${named(nameless)} not name them in its metadata (${featureNamesKey}).`
}

function named(sides: readonly Side[]): string {
  return `${sides.map(({ subject }) => subject.reference).join(' and ')} ${sides.length === 1 ? 'does' : 'do'}`
}

function hasNamelessColumns(signature: Signature | undefined): boolean {
  const [only, ...others] = signature?.inputs ?? []
  return others.length === 0 && (only?.shape[1] ?? 1) > 1 && signature?.columns === undefined
}

function breaksBetween(after: readonly string[], before: readonly string[], whose: string): readonly string[] {
  const gone = before.filter((name) => !after.includes(name))
  const added = after.filter((name) => !before.includes(name))
  if (gone.length === 0 && added.length === 0) return reordered(after, before, whose)
  // One name in the place of another, and all the rest as it was: that is a new name, or another column under it.
  const renamed =
    after.length === before.length ? gone.filter((name) => added.includes(after[before.indexOf(name)] ?? '')) : []
  const newNames = new Set(renamed.map((name) => after[before.indexOf(name)]))
  return [
    ...renamed.map((name) => `The column ${name} of what ${whose} has become ${after[before.indexOf(name)]}.`),
    ...gone
      .filter((name) => !renamed.includes(name))
      .map((name) => `The candidate lacks a column that ${whose}: ${name}.`),
    ...added
      .filter((name) => !newNames.has(name))
      .map((name) => `The candidate takes a column more than ${whose}: ${name}.`),
  ]
}

/** How many places are told; the rest is counted. */
const mostShown = 5

function reordered(after: readonly string[], before: readonly string[], whose: string): readonly string[] {
  const moved = after.flatMap((name, place) => (before[place] === name ? [] : [{ name, place }]))
  if (moved.length === 0) return []
  const shown = moved
    .slice(0, mostShown)
    .map(({ name, place }) => `${name} is ${ordinal(place)} and was ${ordinal(before.indexOf(name))}`)
  const more = moved.length > mostShown ? `, and ${moved.length - mostShown} more` : ''
  return [`The candidate takes the columns that ${whose} in another order: ${shown.join(', ')}${more}.`]
}

function ordinal(place: number): string {
  return `number ${place + 1}`
}
