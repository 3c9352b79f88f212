import { createHash, randomUUID } from 'node:crypto'
import type { HostContext } from '../host/host.ts'

/** Names one execution of a step, so that a repeated one finds what it already did. */
export interface Request {
  readonly id: string
  /** The same step in the attempt before this one, in CI. */
  readonly previous?: string
}

/**
 * In CI the request is derived: repository, run, job, step and attempt by the host's identity, and what the step was
 * asked to do, since the jobs of a matrix share everything else. On a laptop every execution is a request of its own.
 */
export function requestOf(
  context: Pick<HostContext, 'identity' | 'attempt'>,
  step: string,
  texts: ReadonlyMap<string, string>,
): Request {
  const { identity, attempt } = context
  if (identity === undefined) return { id: randomUUID() }
  const asked = [...texts].sort(([a], [b]) => (a < b ? -1 : 1))
  const name = (which: number) =>
    createHash('sha256')
      .update(JSON.stringify([identity, which, step, asked]))
      .digest('hex')
      .slice(0, 32)
  return attempt > 1 ? { id: name(attempt), previous: name(attempt - 1) } : { id: name(attempt) }
}
