/** What the child is asked, as a file of JSON: one call for each side, by the same module, which is loaded once. */
export interface Question {
  /** The module's address as a `file:` URL. */
  readonly module: string
  /** Into how many parts the rows are dealt, each to be left out once; undefined where there is a number per row. */
  readonly parts?: number | undefined
  readonly sides: Readonly<Record<string, object>>
}

/** What it answers: what the module returned for each side; with parts, for all rows and then without each part. A number that is none is its text, since JSON has no NaN. */
export type Answer = Readonly<Record<string, unknown>>

/**
 * The program of the child process that runs a module of the project, given the paths of question and answer. It is written to a
 * file and run there: the module may print, throw and hang as it likes. Errors are left to Node, which prints them with file and
 * line; an exit before the answer leaves no answer.
 */
export const childProgram = `import { readFileSync, writeFileSync } from 'node:fs'
const [, , question, answer] = process.argv
const { module, parts, sides } = JSON.parse(readFileSync(question, 'utf8'))
const metric = (await import(module)).default
if (typeof metric !== 'function') throw new TypeError(module + ' has no function as its default export')
const plain = (value) => (typeof value === 'number' && Number.isFinite(value) ? value : String(value))
const left = (rows, part) =>
  Array.isArray(rows)
    ? rows.filter((_, row) => row % parts !== part)
    : Object.fromEntries(Object.entries(rows).map(([name, list]) => [name, left(list, part)]))
const whole = async (rows) => {
  const values = []
  for (let part = -1; part < parts; part++) values.push(await metric(left(rows, part)))
  return values
}
const said = {}
for (const [side, rows] of Object.entries(sides)) {
  const values = parts === undefined ? await metric(rows) : await whole(rows)
  said[side] = Array.isArray(values) || ArrayBuffer.isView(values) ? Array.from(values, plain) : typeof values
}
writeFileSync(answer, JSON.stringify(said))
process.exit(0)
`
