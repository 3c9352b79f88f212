import { writeFileSync } from 'node:fs'
import type { Output } from './terminal.ts'

/** A longer value fills a screen, and nobody reads it there. */
const longestShown = 240

/** Where the outputs of a step go. */
export interface OutputPlaces {
  /** A file that gets them all as a JSON object. */
  readonly file: string | undefined
  readonly stdout: Output
  /** Takes secrets out, and what a CI system would obey. */
  readonly clean: (text: string) => string
}

/**
 * Writes the outputs of a step, a line for each. On a terminal long ones, such as results as JSON, are cut; who pipes them on gets
 * all of them.
 */
export function writeOutputs({ stdout, file, clean }: OutputPlaces, outputs: ReadonlyMap<string, string>): void {
  if (file !== undefined) writeFileSync(file, `${JSON.stringify(Object.fromEntries(outputs), null, 2)}\n`)
  const width = Math.max(0, ...[...outputs.keys()].map((name) => name.length))
  for (const [name, value] of outputs) {
    const whole = clean(value)
    const isCut = stdout.isTTY === true && whole.length > longestShown
    const rest = `… (${whole.length.toLocaleString('en-US')} characters; --output-file keeps them)`
    const shown = isCut ? `${whole.slice(0, longestShown)}${rest}` : whole
    stdout.write(`${name.padEnd(width)}  ${shown.replaceAll('\n', `\n${' '.repeat(width + 2)}`)}\n`)
  }
}
