import { openMlflow } from '../../engines/mlflow/client.ts'
import { type MlflowConnection, mlflowConnection } from '../../engines/mlflow/connection.ts'
import type { Host } from '../../host/host.ts'
import type { BlobFiles } from '../files.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { RehearsalLedger } from '../ledger/rehearsal.ts'
import type { Change } from '../registry/changes.ts'
import { registryFold } from '../registry/effects.ts'
import type { Workspace } from '../workspace.ts'
import { MlflowBlobs } from './blobs.ts'
import { LedgerBesideMlflow } from './ledger.ts'
import { type MlflowPlace, mlflowUrl } from './place.ts'
import { MlflowService } from './service.ts'

/** A server, opened for one workspace. */
export interface OpenedMlflow {
  /** Of the workspace, without credentials. */
  readonly url: string
  readonly service: MlflowService
  readonly blobs: MlflowBlobs
}

/** Opens a server with the credentials of the environment. Nothing is asked yet. */
export function openService(
  { server, prefix }: MlflowPlace,
  {
    host,
    championStage,
  }: { readonly host: Pick<Host, 'env' | 'mask' | 'context'>; readonly championStage?: string | undefined },
): OpenedMlflow {
  const connection = connectionFor(server, host)
  for (const secret of connection.secrets) host.mask(secret)
  const service = new MlflowService(openMlflow(connection), { prefix, championStage })
  return { url: mlflowUrl({ server, prefix }), service, blobs: new MlflowBlobs(service) }
}

/** A ledger beside a server. */
export interface Beside {
  readonly service: MlflowService
  /** What is written and rehearsed beside the server, without a look at it. */
  readonly ledger: Ledger<Change>
  /** The ledger itself. */
  readonly real: Ledger<Change>
  /** As a workspace uses it. */
  readonly shown: Ledger<Change>
}

/** Puts a ledger beside a server. Who may not write keeps what he sees there in memory. */
export function standBeside(
  { service, blobs, url }: OpenedMlflow,
  options: {
    readonly real: Ledger<Change>
    readonly files: BlobFiles
    readonly deadlineMs: number
    readonly access: Workspace['access']
  },
): Beside {
  const { real, files, deadlineMs, access } = options
  const ledger = access === 'read' ? new RehearsalLedger({ real, fold: registryFold, kept: undefined }) : real
  const isShown = access === 'write'
  const shown = new LedgerBesideMlflow({ url, service, blobs, ledger, files, deadlineMs, isShown })
  return { service, ledger, real, shown }
}

/**
 * Code that is not trusted may name any server as its workspace: credentials of the environment go only where the environment says
 * that they belong.
 */
function connectionFor(server: string, { env, context }: Pick<Host, 'env' | 'context'>): MlflowConnection {
  const belongsTo = env['MLFLOW_TRACKING_URI']
  const isMeant =
    belongsTo !== undefined && URL.canParse(belongsTo) && new URL(belongsTo).origin === new URL(server).origin
  return mlflowConnection(server, context.trust.kind === 'trusted' || isMeant ? env : {})
}
