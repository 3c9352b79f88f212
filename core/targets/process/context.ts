import type { Layout } from './layout.ts'

/** What every operation of the target works with. */
export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly routerProgram: string
  readonly nodeProgram: string
  readonly signal: AbortSignal
  readonly onLine: (line: string) => void
  readonly port: number
  readonly retry: 'pure' | 'never'
  readonly answerTimeoutMs: number
  readonly readyTimeoutMs: number
  readonly drainTimeoutMs: number
  readonly endGraceMs: number
}

/** One endpoint to work on. */
export interface Site {
  readonly context: Context
  readonly endpoint: string
  readonly layout: Layout
}
