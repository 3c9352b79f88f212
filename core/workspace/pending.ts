import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ExternalError, InputError } from '../errors/errors.ts'
import type { CloudEvent } from '../records/event.ts'
import type { Digest } from '../records/digest.ts'
import type { Run, RunEnd } from '../records/run.ts'
import type { Blobs } from './blobs/blobs.ts'
import { waitingFiles } from './blobs/holding.ts'
import { errno, isOutOfReach } from './failures.ts'
import type { Workspace } from './workspace.ts'

/** The end of a run that could not be recorded. */
export interface PendingEnd {
  readonly run: string
  readonly end: RunEnd
  readonly event?: CloudEvent
}

/** What a folder of pending work holds; its bytes lie beside it. */
export interface Pending extends PendingEnd {
  readonly v: 1
  /** The workspace that was out of reach, without credentials. */
  readonly url: string
  /** Where its bytes go, when that is apart. */
  readonly apart?: string
  /** The request under which it is decided again. */
  readonly request: string
  /** Blobs that are not in the workspace yet. */
  readonly files: readonly { readonly digest: Digest; readonly size: number }[]
}

/** Does work, and keeps what it was about when the workspace stays out of reach. */
export type Keep = <T>(pending: PendingEnd, work: () => Promise<T>) => Promise<T>

/** Where and how to keep pending work. */
export interface KeepOptions {
  readonly url: string
  readonly apart: string | undefined
  readonly request: string
  /** The folder of this request. */
  readonly folder: string
  readonly blobs: Blobs
  readonly deadlineMs: number
}

const longestWaitMs = 15_000

/**
 * Tries again until the deadline; then writes everything into the folder.
 *
 * @throws ExternalError TY0212 that names the folder and the command that finishes the work.
 */
export function createKeep(options: KeepOptions): Keep {
  return async (pending, work) => {
    const end = performance.now() + options.deadlineMs
    for (let waitMs = 500; ; waitMs = Math.min(2 * waitMs, longestWaitMs)) {
      try {
        return await work()
      } catch (error) {
        if (!isOutOfReach(error)) throw error
        if (performance.now() + waitMs > end) throw await keep(pending, options, error)
      }
      await sleep(waitMs)
    }
  }
}

async function keep(pending: PendingEnd, options: KeepOptions, cause: ExternalError): Promise<ExternalError> {
  const { url, apart, request, folder, blobs } = options
  await mkdir(folder, { recursive: true })
  const unflushed = blobs.unflushed()
  const files = unflushed.map(({ digest, size }) => ({ digest, size }))
  const store = waitingFiles(folder)
  for (const { digest, size, place } of unflushed) {
    const content = await blobs.get(digest, place)
    await store.put([{ size, open: () => content }])
  }
  const where = apart === undefined ? { url } : { url, apart }
  const record: Pending = { v: 1, ...where, request, ...pending, files }
  await writeFile(join(folder, 'pending.json.part'), `${JSON.stringify(record, undefined, 2)}\n`)
  await rename(join(folder, 'pending.json.part'), join(folder, 'pending.json'))
  return new ExternalError({
    code: 'TY0212',
    details: `the end of run ${pending.run} is kept in ${folder}\nwhen the workspace is back: trainyard resume ${folder}`,
    facts: { operation: 'record the end of the run', address: url },
    cause,
  })
}

/**
 * Reads what a folder holds, so that its workspace can be opened under the same request.
 *
 * @throws InputError when there is nothing to resume.
 */
export async function readPending(folder: string): Promise<Pending> {
  try {
    return JSON.parse(await readFile(join(folder, 'pending.json'), 'utf8')) as Pending
  } catch (error) {
    if (errno(error) !== 'ENOENT' && !(error instanceof SyntaxError)) throw error
    throw new InputError({ details: `${folder} holds no pending work: it has no pending.json`, cause: error })
  }
}

/** Records what a folder holds, under the request that made it, and removes the folder. Safe to repeat. */
export async function resumePending(folder: string, workspace: Workspace): Promise<Run> {
  const { run, end, event, files } = await readPending(folder)
  const store = waitingFiles(folder)
  await workspace.files.put(files.map(({ digest }) => ({ path: digest.slice(-64), from: store.pathOf(digest) })))
  const recorded = await workspace.runs.finish(run, end, event)
  await rm(folder, { recursive: true, force: true })
  return recorded
}
