import type { Actor } from '../../records/actor.ts'
import type { History } from '../copy/history.ts'
import type { BlobFiles } from '../files.ts'
import { type Ledger, start } from '../ledger/ledger.ts'
import type { RehearsalLedger } from '../ledger/rehearsal.ts'
import { createTransact } from '../ledger/transact.ts'
import type { Keep } from '../pending.ts'
import { verifyWorkspace } from '../verify/verify.ts'
import type { Workspace } from '../workspace.ts'
import { audit, wholeEntries } from './audit.ts'
import type { Change } from './changes.ts'
import { createDatasets } from './datasets.ts'
import { createDeployments } from './deployments.ts'
import { findRequest } from './documents.ts'
import { registryFold } from './effects.ts'
import { createEvidence } from './evidence.ts'
import { createModels } from './models.ts'
import { createOutbox } from './outbox.ts'
import { createPrepare } from './prepare.ts'
import type { Registry } from './registry.ts'
import { createRuns } from './runs.ts'
import { createStorage } from './storage.ts'
import { auditEntry } from './words.ts'

/** What a workspace over a ledger is made of. */
export interface WorkspaceParts {
  readonly ledger: Ledger<Change>
  readonly files: BlobFiles
  readonly request: string
  readonly previousRequest: string | undefined
  readonly by: Actor
  readonly access: Workspace['access']
  /** For how long a writer that comes second tries again. */
  readonly deadlineMs: number
  readonly keep: Keep
  /** The ledger, once more, when it is a rehearsal. */
  readonly rehearsal: RehearsalLedger<Change> | undefined
}

/** The history of a workspace, for copying. */
export function createHistory(parts: WorkspaceParts): History {
  const { ledger, files } = parts
  const { transact } = createRegistry(parts)
  return {
    url: ledger.url,
    files,
    view: () => ledger.view(),
    transact,
    async *entries() {
      yield* ledger.read(start, await ledger.view())
    },
    close: () => closeAll(parts),
  }
}

function createRegistry(parts: WorkspaceParts): Registry {
  const { ledger, files, access, by, deadlineMs } = parts
  const transact = createTransact({
    ledger,
    fold: registryFold,
    by,
    deadlineMs,
    find: findRequest,
    prepare: createPrepare(files),
  })
  const refused = () => Promise.reject(new RangeError('a step that says it only reads the workspace wrote to it'))
  return {
    ...parts,
    view: () => ledger.view(),
    entries: (after, until) => ledger.read(after, until),
    transact: access === 'read' ? refused : transact,
  }
}

async function closeAll({ files, ledger }: Pick<WorkspaceParts, 'files' | 'ledger'>): Promise<void> {
  await files.blobs.close()
  await ledger.close()
}

/** The registry over a ledger and a store of blobs: every rule of the workspace, whatever it is kept in. */
export function createWorkspace(parts: WorkspaceParts): Workspace {
  const { ledger, files, access, rehearsal } = parts
  const registry = createRegistry(parts)
  return {
    url: ledger.url,
    access,
    files,
    runs: createRuns(registry),
    models: createModels(registry),
    datasets: createDatasets(registry),
    evidence: createEvidence(registry),
    outbox: createOutbox(registry),
    deployments: createDeployments(registry),
    storage: createStorage(registry),
    audit: () => audit(ledger, registryFold),
    wholeEntries: () => wholeEntries(ledger),
    verify: (options) => verifyWorkspace({ ledger, blobs: files.blobs, fold: registryFold }, options),
    rehearsed: () => rehearsal?.placed.map(auditEntry) ?? [],
    close: () => closeAll(parts),
  }
}
