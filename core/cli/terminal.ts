import { progressText } from '../host/wire/progress-gate.ts'

/** Where a terminal, a file or a pipe takes text. */
export interface Output {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

/** How a line is shown on a terminal with colours. */
export type Tone = 'plain' | 'dim' | 'bold' | 'good' | 'notice' | 'warning' | 'error'

const codes: Readonly<Record<Exclude<Tone, 'plain'>, string>> = {
  dim: '2',
  bold: '1',
  good: '32',
  notice: '36',
  warning: '33',
  error: '31',
}

/** What a terminal may be shown. */
export interface TerminalOptions {
  readonly output: Output
  /** For NO_COLOR (https://no-color.org) and TERM. */
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Lines for a person: with colours and a progress line at a terminal, plain text everywhere else. */
export class Terminal {
  readonly #output: Output
  readonly #hasColours: boolean
  /** Whether a line can be shown and taken away again. */
  readonly canOverwrite: boolean
  #isShowingProgress = false

  constructor({ output, env }: TerminalOptions) {
    this.#output = output
    this.canOverwrite = output.isTTY === true && env['TERM'] !== 'dumb'
    this.#hasColours = this.canOverwrite && (env['NO_COLOR'] ?? '') === ''
  }

  line(text: string, tone: Tone = 'plain'): void {
    this.#clearProgress()
    this.#output.write(`${this.#painted(text, tone)}\n`)
  }

  /** Shows the progress on a line of its own, which the next line takes the place of. */
  progress(title: string, fraction: number | undefined): void {
    // Some terminals say that they have no columns.
    const width = (this.#output.columns || 80) - 1
    const text = progressText(title, fraction).replaceAll('\n', ' ').slice(0, width)
    this.#output.write(`\r\u001B[2K${this.#painted(text, 'dim')}`)
    this.#isShowingProgress = true
  }

  #clearProgress(): void {
    if (this.#isShowingProgress) this.#output.write('\r\u001B[2K')
    this.#isShowingProgress = false
  }

  #painted(text: string, tone: Tone): string {
    if (!this.#hasColours || tone === 'plain') return text
    // Every line on its own: pagers and CI logs forget colours at the end of a line.
    return text
      .split('\n')
      .map((line) => `\u001B[${codes[tone]}m${line}\u001B[0m`)
      .join('\n')
  }
}
