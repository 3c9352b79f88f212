import { InputError } from '../../../errors/errors.ts'
import type { CloudEvent } from '../../../records/event.ts'
import { notFound } from '../../failures.ts'
import type { Decision } from '../../ledger/transact.ts'
import type { Change } from '../changes.ts'
import { own, type RunsDoc, sha256 } from '../documents.ts'
import type { StoredRun, StoredRunEnd, StoredRunStart } from '../stored.ts'

/** A run's name follows from the request that started it, so that a repeated step has the same run. */
export function runIdOf(request: string): string {
  return `r-${sha256(`run of ${request}`).slice(0, 16)}`
}

/** The run under an id. @throws InputError TY0205 */
export function knownRun(doc: RunsDoc | undefined, id: string): StoredRun {
  const run = own(doc, id)
  if (run === undefined) throw notFound(`no run is called ${id}`)
  return run
}

/** The error of whoever wants files that retention let go. */
export function pruned(run: string, { at, why }: { readonly at: string; readonly why: string }): InputError {
  return new InputError({
    code: 'TY0220',
    details: `the files of run ${run} were let go at ${at} (${why}); its record, metrics and lineage are still there`,
  })
}

/** Starting: a request has one run. */
export function decideStart(doc: RunsDoc | undefined, id: string, start: StoredRunStart): Decision<Change, StoredRun> {
  const run = own(doc, id)
  return run === undefined ? { changes: [{ kind: 'run.started', run: id, start }] } : { result: run }
}

/** Ending: the first end stays; the event goes with the end that counts, and only when the run succeeded. */
export function decideFinish(
  doc: RunsDoc | undefined,
  id: string,
  what: { readonly end: StoredRunEnd; readonly event?: CloudEvent | undefined },
): Decision<Change, StoredRun> {
  const run = knownRun(doc, id)
  if (run.end !== undefined) return { result: run }
  const { end, event } = what
  const raised: Change[] = event === undefined || end.state !== 'succeeded' ? [] : [{ kind: 'event.raised', event }]
  return { changes: [{ kind: 'run.ended', run: id, end }, ...raised] }
}
