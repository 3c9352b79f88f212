import { treeOf } from '../../core/records/tree.ts'
import { WorkspaceFolder } from '../../core/workspace/folder.ts'
import { DirectoryLedger } from '../../core/workspace/ledger/directory.ts'
import type { Change } from '../../core/workspace/registry/changes.ts'
import { registryFold } from '../../core/workspace/registry/effects.ts'

/** How a large workspace is made. */
export interface BulkOptions {
  readonly folder: string
  readonly versions: number
  /** Registrations in one entry: one, as steps make them, or many, to be quick. */
  readonly perEntry: number
}

/** Registers many versions of `flights` by real appends to the ledger; the alias `champion` names the middle one. */
export async function makeManyVersions({ folder, versions, perEntry }: BulkOptions): Promise<void> {
  const ledger = new DirectoryLedger(new WorkspaceFolder(folder), registryFold)
  const append = async (request: string, changes: readonly Change[]) => {
    const view = await ledger.view()
    const { seq, digest: prev } = view.token
    const by = { name: 'ann', host: 'memory' as const }
    await ledger.append({ v: 1, seq: seq + 1, prev, request, at: '2026-01-01T00:00:00.000Z', by, changes }, view)
  }
  for (let first = 1; first <= versions; first += perEntry) {
    const numbers = Array.from({ length: Math.min(perEntry, versions - first + 1) }, (_, n) => first + n)
    await append(`bulk-${first}`, numbers.map(registration))
  }
  const to = Math.ceil(versions / 2)
  await append('champion', [{ kind: 'alias.moved', model: 'flights', alias: 'champion', to, why: 'the middle one' }])
}

function registration(version: number): Change {
  const digest = `sha256:${version.toString(16).padStart(64, '0')}` as const
  const files = treeOf([{ path: 'model.onnx', digest, size: 1000 + version }])
  const tags = { Team: 'ops', Batch: String(version % 10) }
  return { kind: 'version.registered', version, start: { model: 'flights', files, tags, datasets: [] } }
}
