import type { RandomState } from '../../stats/random.ts'

/** Rows on which a module that returns one number is asked: once with all of them, then without each part. */
export interface Cut {
  /** Their places; left out where they are all rows. */
  readonly rows?: readonly number[]
  /** The part that each of them is in. */
  readonly partOf: readonly number[]
  readonly parts: number
  /** How many resamples of all its rows it is asked of besides, and the state of the generator that draws them. */
  readonly draws?: number
  readonly state?: RandomState
}

/** What the child is asked, as a file of JSON: one call for each side (and cut), by the same module, which is loaded once. */
export interface Question {
  /** The module's address as a `file:` URL. */
  readonly module: string
  /** What the log calls it. */
  readonly name: string
  /** Undefined where there is a number per row. */
  readonly cuts?: readonly Cut[] | undefined
  readonly sides: Readonly<Record<string, object>>
}

/**
 * What it answers: what the module returned for each side; with cuts, a list for each of them: for all of its rows, and then without
 * each part, and then of each resample. A number that is none is its text, since JSON has no NaN.
 */
export type Answer = Readonly<Record<string, unknown>>

/**
 * The program of the child process that runs a module of the project, given the paths of question and answer. It is written to a
 * file and run there: the module may print, throw and hang as it likes. Errors are left to Node, which prints them with file and
 * line; an exit before the answer leaves no answer. Where it is called many times, it says every few seconds how far it is.
 */
export const childProgram = `import { readFileSync, writeFileSync } from 'node:fs'
const [, , question, answer] = process.argv
const { module, name, cuts, sides } = JSON.parse(readFileSync(question, 'utf8'))
const metric = (await import(module)).default
if (typeof metric !== 'function') throw new TypeError(module + ' has no function as its default export')
const plain = (value) => (typeof value === 'number' && Number.isFinite(value) ? value : String(value))
const listed = (values) => Array.isArray(values) || ArrayBuffer.isView(values) ? Array.from(values, plain) : typeof values
const take = (rows, places) =>
  Array.isArray(rows)
    ? places.map((place) => rows[place])
    : Object.fromEntries(Object.entries(rows).map(([of, list]) => [of, take(list, places)]))
const calls = (cuts ?? []).reduce((sum, { parts, draws = 0 }) => sum + 1 + parts + draws, 0) * Object.keys(sides).length
let [done, saidAt] = [0, Date.now()]
const ask = async (rows, places) => {
  const value = await metric(take(rows, places))
  done += 1
  if (Date.now() - saidAt > 5000) {
    saidAt = Date.now()
    console.log(name + ': ' + done + ' of ' + calls + ' calls')
  }
  return plain(value)
}
// xoshiro128**, as seededRandom of the tool itself.
const generator = ([a, b, c, d]) => {
  const turned = (word, by) => (word << by) | (word >>> (32 - by))
  const next = () => {
    const word = Math.imul(turned(Math.imul(b, 5), 7), 9) >>> 0
    const shifted = b << 9
    c ^= a; d ^= b; b ^= c; a ^= d; c ^= shifted; d = turned(d, 11)
    return word
  }
  return () => ((next() >>> 5) * 2 ** 26 + (next() >>> 6)) / 2 ** 53
}
const onCut = async (all, { rows, partOf, parts, draws = 0, state }) => {
  const places = rows ?? partOf.map((_, place) => place)
  const values = [await ask(all, places)]
  for (let part = 0; part < parts; part++) values.push(await ask(all, places.filter((_, at) => partOf[at] !== part)))
  const random = draws > 0 ? generator(state) : undefined
  for (let draw = 0; draw < draws; draw++)
    values.push(await ask(all, places.map(() => places[Math.floor(random() * places.length)])))
  return values
}
const said = {}
for (const [side, rows] of Object.entries(sides)) {
  if (cuts === undefined) said[side] = listed(await metric(rows))
  else {
    said[side] = []
    for (const cut of cuts) said[side].push(await onCut(rows, cut))
  }
}
writeFileSync(answer, JSON.stringify(said))
process.exit(0)
`
