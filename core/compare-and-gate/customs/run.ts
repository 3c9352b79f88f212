import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ChildResult } from '../../engines/process/run-child.ts'
import { ConfigError, TimedOut } from '../../errors/errors.ts'
import type { Context } from '../../main/context.ts'
import { counted } from '../../main/words.ts'
import { endInWords, stopOf, watchUserCommand } from '../../main/user-command.ts'
import type { definition } from '../definition.ts'
import type { Evaluation } from '../evaluation.ts'
import type { Predictions } from '../facts.ts'
import type { Resampled } from '../../stats/row-values.ts'
import { type Answer, childProgram, type Question } from './child.ts'
import type { CustomModule } from './modules.ts'
import { rowsFor } from './rows.ts'
import { type AskedCut, cutsOf, pseudoValues } from './whole.ts'

type GateContext = Context<typeof definition>

/** As many lines of the log as a person reads. */
const shownLines = 20

interface Asked {
  readonly context: GateContext
  readonly evaluation: Evaluation
  readonly modules: readonly CustomModule[]
}

/** Both sides, or the candidate alone. */
export interface Sides {
  readonly candidate: Predictions
  readonly champion?: Predictions | undefined
}

/**
 * Lets the modules of the criteria make their values from what both sides predict, each in a child process of its own with an
 * allow-listed environment, both sides in one.
 *
 * @throws ConfigError TY0304 where a module fails (with file and line) or returns anything but a finite number for each row;
 *   TimedOut when it takes longer than a side may take to predict; Cancelled.
 */
export async function withModules(asked: Asked, sides: Sides): Promise<Sides> {
  let { candidate, champion } = sides
  const { criteria } = asked.context.inputs
  for (const module of asked.modules) {
    const cuts = module.kind === 'whole' ? cutsOf(module, criteria.value, asked.evaluation) : undefined
    const said = await ask(module, { ...asked, cuts }, { candidate, champion })
    const add = (predictions: Predictions, side: string): Predictions => {
      const facts = { module, side, ids: asked.evaluation.ids }
      if (cuts !== undefined) return withWhole(predictions, cuts, { said: said[side], ...facts })
      return { ...predictions, customs: { ...predictions.customs, [module.name]: rowsOf(said[side], facts) } }
    }
    candidate = add(candidate, 'candidate')
    champion = champion && add(champion, 'champion')
  }
  return { candidate, champion }
}

interface AskedOnce extends Asked {
  readonly cuts: readonly AskedCut[] | undefined
}

async function ask(module: CustomModule, { context, evaluation, cuts }: AskedOnce, sides: Sides): Promise<Answer> {
  const { host, inputs, project } = context
  const folder = await mkdtemp(join(host.context.tempFolder, 'trainyard-metric-'))
  const [program, question, answer] = ['program.mjs', 'question.json', 'answer.json'].map((name) => join(folder, name))
  if (program === undefined || question === undefined || answer === undefined) throw new RangeError('three paths')
  try {
    const rows = (predictions: Predictions) =>
      rowsFor(module, { evaluation, predictions, criteria: inputs.criteria.value })
    const asks: Question = {
      module: pathToFileURL(module.path).href,
      name: module.name,
      cuts,
      sides: { candidate: rows(sides.candidate), ...(sides.champion && { champion: rows(sides.champion) }) },
    }
    if (cuts !== undefined) host.log.info(costOf(module, cuts, Object.keys(asks.sides).length))
    await writeFile(question, JSON.stringify(asks))
    await writeFile(program, childProgram)
    const command = [process.execPath, program, question, answer]
    const child = {
      host,
      command,
      folder: project.folderOf(inputs.model),
      environment: undefined,
      variables: {},
      passEnv: [],
      timeoutMs: inputs.timeout,
    }
    const result = await host.log.group(`Metric ${module.name}`, () => watchUserCommand(child))
    if (result.stopped === 'timed-out') throw tooSlow(module, inputs.timeout)
    const stopped = stopOf(result, child)
    if (stopped !== undefined) throw stopped
    const text = result.exitCode === 0 ? await readFile(answer, 'utf8').catch(noFile) : undefined
    if (text === undefined) throw failed(module, result)
    // Written by our own program, whatever the module returned.
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null ? Object.fromEntries(Object.entries(parsed)) : {}
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** How often a module is called that returns one number, before it is: the user's code may be slow. */
function costOf({ name }: CustomModule, cuts: readonly AskedCut[], sides: number): string {
  const calls = sides * cuts.reduce((sum, { parts, draws = 0 }) => sum + 1 + parts + draws, 0)
  const slices = cuts.length === 1 ? '' : ` and ${counted(cuts.length - 1, 'slice')}`
  const resampled = cuts[0]?.draws === undefined ? '' : `, and on ${cuts[0].draws.toLocaleString('en-US')} resamples`
  const models = sides === 1 ? '' : ', for each of two models'
  return `the metric ${name} is called ${calls.toLocaleString('en-US')} times: on all rows${slices}, and without each part of them${resampled}${models}`
}

function noFile(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw error
}

function tooSlow({ name, module }: CustomModule, limitMs: number): TimedOut {
  const aftermath = { undone: ['its process was stopped with everything that it had started'] }
  return new TimedOut({ limitMs, what: `the metric ${name} (${module})`, aftermath })
}

function failed({ name, module, path }: CustomModule, result: ChildResult): ConfigError {
  const line = lineIn(result.lastLines, pathToFileURL(path).href)
  const source = { kind: 'file', file: path, ...(line === undefined ? {} : { line }) } as const
  const problem = result.exitCode === 0 ? 'ended before it returned anything' : `ended ${endInWords(result)}`
  const details = result.lastLines.slice(-shownLines).join('\n')
  return new ConfigError({
    code: 'TY0304',
    details,
    faults: [{ subject: `the metric ${name} (${module})`, source, problem }],
  })
}

/** The line of a module that Node's words about an error name first. */
function lineIn(lines: readonly string[], url: string): number | undefined {
  const at = lines.find((text) => text.includes(`${url}:`))
  const number = at === undefined ? undefined : /^:(\d+)/.exec(at.slice(at.indexOf(url) + url.length))?.[1]
  return number === undefined ? undefined : Number(number)
}

interface Expected {
  readonly module: CustomModule
  readonly side: string
  readonly ids: readonly string[]
}

function problem({ module }: Expected, text: string): ConfigError {
  const source = { kind: 'file', file: module.path } as const
  const subject = `the metric ${module.name} (${module.module})`
  return new ConfigError({ code: 'TY0304', faults: [{ subject, source, problem: text }] })
}

function rowsOf(said: unknown, expected: Expected): Float64Array {
  const { side, ids } = expected
  if (!Array.isArray(said)) throw problem(expected, `returns no list of numbers for the ${side}, but ${String(said)}`)
  const list: readonly unknown[] = said
  if (list.length !== ids.length)
    throw problem(expected, `returns ${list.length} values for the ${side}, and there are ${ids.length} rows`)
  return Float64Array.from(list, (value, row) => {
    if (typeof value === 'number') return value
    throw problem(expected, `says ${String(value)} for row ${ids[row]} of the ${side}, which is no finite number`)
  })
}

interface SaidOfSide extends Expected {
  readonly said: unknown
}

/** What a module said on all rows, and on each slice. */
function withWhole(
  predictions: Predictions,
  cuts: readonly AskedCut[],
  { said, ...expected }: SaidOfSide,
): Predictions {
  const { name } = expected.module
  const lists: readonly unknown[] = Array.isArray(said) ? said : []
  const sliced: Record<string, Float64Array[]> = {}
  const [all = new Float64Array(), ...values] = cuts.map(({ slice, parts }, at) =>
    wholeOf(upTo(lists[at], 1 + parts), { ...expected, where: slice === undefined ? 'the rows' : 'a slice' }),
  )
  const resampled = resampledOf(lists[0], cuts[0])
  for (const [at, { slice }] of cuts.slice(1).entries()) {
    const of = values[at]
    if (slice === undefined || of === undefined) continue
    const list = (sliced[slice.by] ??= [])
    list[slice.place] = of
  }
  return {
    ...predictions,
    customs: { ...predictions.customs, [name]: all },
    ...(resampled && { resampled: { ...predictions.resampled, [name]: resampled } }),
    ...(cuts.length > 1 && { sliced: { ...predictions.sliced, [name]: sliced } }),
  }
}

function upTo(said: unknown, end: number): unknown {
  return Array.isArray(said) ? said.slice(0, end) : said
}

/** What was said of each resample; NaN where there is no number for one, which leaves the interval in doubt. */
function resampledOf(said: unknown, cut: AskedCut | undefined): Resampled | undefined {
  if (cut?.draws === undefined || !Array.isArray(said)) return undefined
  const [whole = Number.NaN, ...others] = said.map((value: unknown) => (typeof value === 'number' ? value : Number.NaN))
  return { whole, replicates: Float64Array.from(others.slice(cut.parts)) }
}

function wholeOf(said: unknown, { where, ...expected }: Expected & { readonly where: string }): Float64Array {
  const list: readonly unknown[] = Array.isArray(said) ? said : []
  const [whole = Number.NaN, ...without] = list.map((value, at) => {
    if (typeof value === 'number') return value
    const of = at === 0 ? `all of ${where}` : `a part of ${where}`
    throw problem(expected, `says ${String(value)} of ${of} for the ${expected.side}, which is no finite number`)
  })
  return pseudoValues(whole, without)
}
