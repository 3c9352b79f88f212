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
  readonly readyTimeoutMs: number
  readonly drainTimeoutMs: number
}

/** One endpoint to work on. */
export interface Site {
  readonly context: Context
  readonly endpoint: string
  readonly layout: Layout
}

/** How long a router or a server may take to end after SIGTERM: a little longer than its own limit for what it has begun. */
export const endGraceMs = 25_000
