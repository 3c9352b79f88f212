import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Digest, hexOf } from '../../../core/records/digest.ts'
import { errno } from '../../../core/workspace/failures.ts'
import { openWorkspace } from '../../../core/workspace/open.ts'
import type { MlflowServer } from '../../support/mlflow.ts'
import {
  directoryTamper,
  flipByte,
  openOptions,
  type PlaceKind,
  type Promised,
  scratch,
  type TestPlace,
} from '../places.ts'

/**
 * What a workspace on an MLflow server promises: who works there past us can leave gaps, move what we guard, and write over files;
 * the trail and the outbox are in the ledger, which he does not reach.
 */
export const mlflowPromises: Readonly<Record<1 | 2 | 3 | 4 | 5 | 6 | 7, Promised>> = {
  1: 'among-clients',
  2: 'kept',
  3: 'among-clients',
  4: 'among-clients',
  5: 'kept',
  6: 'kept',
  7: 'kept',
}

let places = 0

/** A place on a server: under a prefix of its own, with a ledger of its own in a folder. */
export interface MlflowTestPlace extends TestPlace {
  readonly prefix: string
}

/** Makes a place on a server that runs. */
export function placeOn(server: MlflowServer): MlflowTestPlace {
  const folder = scratch()
  const ledger = join(folder, 'ledger')
  places += 1
  const prefix = `p${process.pid}.${places}-`
  const url = `mlflow+${server.url}?prefix=${prefix}`
  return {
    url,
    prefix,
    token: undefined,
    folder,
    open: (opening) => openWorkspace(openOptions(url, folder, { ledger, ...opening })),
    tamper: {
      ...directoryTamper(ledger),
      // Without its versions at the server the old history would be brought in again, entry by entry.
      async ledger() {
        await directoryTamper(ledger).ledger()
        deleteModel(server.url, `${prefix}flights`)
      },
      async file(digest) {
        for (const path of await artifactsWith(server, prefix, digest)) flipByte(path)
      },
      async withoutFile(digest) {
        for (const path of await artifactsWith(server, prefix, digest)) rmSync(path)
      },
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.resolve()
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** Workspaces on one server that all tests share. */
export function mlflowPlace(name: string, server: () => MlflowServer): PlaceKind {
  return {
    name,
    promises: mlflowPromises,
    async create() {
      await Promise.resolve()
      return placeOn(server())
    },
  }
}

/** Deletes a registered model, as its owner can; within a call that waits. */
function deleteModel(url: string, name: string): void {
  const program = `
    const [url, name] = process.argv.slice(1)
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ name })
    const { status } = await fetch(url + '/api/2.0/mlflow/registered-models/delete', { method: 'DELETE', headers, body })
    process.exitCode = status === 200 ? 0 : 1`
  execFileSync(process.execPath, ['--input-type=module', '-e', program, url, name])
}

/** The artifacts with these bytes in the experiments of one place, as files. */
async function artifactsWith(server: MlflowServer, prefix: string, digest: Digest): Promise<readonly string[]> {
  const asked = { filter: `name LIKE '${prefix}%'`, max_results: 100 }
  const response = await fetch(`${server.url}/api/2.0/mlflow/experiments/search`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(asked),
  })
  const { experiments = [] } = (await response.json()) as { experiments?: { experiment_id: string }[] }
  return experiments
    .map(({ experiment_id: id }) => join(server.artifacts, id))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => bytesAt(path).some((bytes) => createHash('sha256').update(bytes).digest('hex') === hexOf(digest)))
}

/** None when a test beside this one has removed the file meanwhile, or given it its real name. */
function bytesAt(path: string): readonly Buffer[] {
  try {
    return [readFileSync(path)]
  } catch (error) {
    if (errno(error) === 'ENOENT') return []
    throw error
  }
}
