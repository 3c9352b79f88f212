import { mkdir, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigError, InputError } from '../errors/errors.ts'
import type { Host, HostContext } from '../host/host.ts'
import type { Actor } from '../records/actor.ts'
import { ApartBlobs } from './blobs/apart.ts'
import type { Blobs } from './blobs/blobs.ts'
import { DirectoryBlobs } from './blobs/directory.ts'
import { GitBlobs } from './blobs/git.ts'
import { HoldingBlobs } from './blobs/holding.ts'
import { ObjectBlobs } from './blobs/objects.ts'
import { RehearsalBlobs, type RehearsalPlace } from './blobs/rehearsal.ts'
import type { History } from './copy/history.ts'
import { ElsewhereFiles } from './elsewhere/files.ts'
import { BlobFiles } from './files.ts'
import { WorkspaceFolder } from './folder.ts'
import { openGitPlace } from './git-remote.ts'
import { DirectoryLedger } from './ledger/directory.ts'
import { GitLedger } from './ledger/git.ts'
import type { Ledger } from './ledger/ledger.ts'
import { ObjectLedger } from './ledger/objects.ts'
import { RehearsalLedger } from './ledger/rehearsal.ts'
import { type Beside, type OpenedMlflow, openService, standBeside } from './mlflow/open.ts'
import { besideMlflow } from './mlflow/workspace.ts'
import { createKeep } from './pending.ts'
import { openObjectPlace } from './object-place.ts'
import { decideBlobPlace, decidePlace, type Place } from './place.ts'
import type { Change } from './registry/changes.ts'
import { registryFold } from './registry/effects.ts'
import { subject } from './registry/words.ts'
import { createHistory, createWorkspace, type WorkspaceParts } from './registry/workspace.ts'
import { RehearsalStore } from './rehearsal-store.ts'
import type { Workspace } from './workspace.ts'

/** How a step opens its workspace. */
export interface OpenOptions {
  /** What the input or the project file says; undefined when nobody said anything. */
  readonly url: string | undefined
  /** Where model files and other bytes live, when that is not beside the ledger. */
  readonly blobs?: string | undefined
  readonly host: Pick<Host, 'id' | 'context' | 'env' | 'mask'>
  /** Where the ledger beside an MLflow server lives. */
  readonly ledger?: string | undefined
  /** The stage that means `champion`, on MLflow servers before aliases. */
  readonly championStage?: string | undefined
  /** Names this execution of the step. */
  readonly request: string
  /** The same step in the attempt before. */
  readonly previousRequest?: string | undefined
  readonly by: Actor
  /** `read` for steps that write nothing; `rehearse` for dry runs. */
  readonly intent: 'read' | 'write' | 'rehearse'
  /** The project file's consent to keep model files in a public repository. */
  readonly allowPublicFiles: boolean
  /** For git repositories over HTTP. */
  readonly token?: string | undefined
  /** For how long to try when others write first, or the workspace is out of reach at the end of a run. */
  readonly deadlineMs?: number | undefined
  /** Where the end of a run is kept when the workspace is out of reach. */
  readonly pendingFolder?: string | undefined
}

const defaultDeadlineMs = 120_000

/** The folder of pending work in a checkout. */
export const pendingFolderName = '.trainyard-pending'

/**
 * Opens the workspace. A job that may not write gets a rehearsal: it reads and judges, and what it would have recorded is
 * told at its end.
 *
 * @throws ConfigError TY0201, TY0202; InputError for a place of an unknown kind or a checkout without a remote.
 */
export async function openWorkspace(options: OpenOptions): Promise<Workspace> {
  const { parts, beside } = await partsFor(options)
  const workspace = createWorkspace(parts)
  return beside === undefined ? workspace : besideMlflow(workspace, { ...parts, ...beside })
}

/** Opens the history of a workspace, as copying it needs it. @throws as `openWorkspace` */
export async function openHistory(options: OpenOptions): Promise<History> {
  const { parts, beside } = await partsFor(options)
  if (beside === undefined || parts.access !== 'write') return createHistory(parts)
  throw new InputError({
    details: `${parts.ledger.url} can be copied from, and not to: the MLflow server gives numbers of its own to what is registered there`,
  })
}

/** What a workspace is made of, and the MLflow server that it stands beside. */
interface Parts {
  readonly parts: WorkspaceParts
  readonly beside: Beside | undefined
}

async function partsFor(options: OpenOptions): Promise<Parts> {
  const { host, request, intent, deadlineMs = defaultDeadlineMs } = options
  const place = decidePlace(options.url, host.context, options.ledger)
  const { ledger, blobs, mlflow } = await driversFor(place, options)
  const access = accessOf(intent, host.context.trust.kind === 'trusted')
  const stage = access === 'rehearsal' ? await stageFor(host.context) : undefined
  const rehearsal = stage === undefined ? undefined : rehearsalOf(ledger, stage)
  const pendingRoot = options.pendingFolder ?? join(host.context.folder, pendingFolderName)
  const folder = join(pendingRoot, request.replaceAll(/[^A-Za-z0-9-]/g, '-'))
  const store = stage === undefined ? new HoldingBlobs(blobs, folder) : rehearsalBlobs(blobs, stage)
  const files = new BlobFiles(store, () => checkConsent(place, options), new ElsewhereFiles(host.env))
  const real = rehearsal ?? ledger
  const beside = mlflow === undefined ? undefined : standBeside(mlflow, { real, files, deadlineMs, access })
  const shown = beside?.shown ?? real
  const parts = {
    ledger: shown,
    rehearsal,
    access,
    files,
    request,
    previousRequest: options.previousRequest,
    by: options.by,
    deadlineMs,
    keep: createKeep({ url: shown.url, apart: options.blobs, request, folder, blobs: store, deadlineMs }),
  }
  return { parts, beside }
}

function accessOf(intent: OpenOptions['intent'], isTrusted: boolean): Workspace['access'] {
  if (intent === 'read') return 'read'
  return intent === 'write' && isTrusted ? 'write' : 'rehearsal'
}

/** The drivers of a place. */
interface Drivers {
  readonly ledger: Ledger<Change>
  readonly blobs: Blobs
  readonly mlflow?: OpenedMlflow
}

async function driversFor(place: Place, options: OpenOptions): Promise<Drivers> {
  const drivers = await driversIn(place, options)
  if (options.blobs === undefined) return drivers
  const apart = decideBlobPlace(options.blobs, options.host.context, place)
  return {
    ...drivers,
    blobs: new ApartBlobs(new ObjectBlobs(await openObjectPlace(apart, options.host)), drivers.blobs),
  }
}

async function driversIn(place: Place, options: OpenOptions): Promise<Drivers> {
  switch (place.kind) {
    case 'folder': {
      const folder = new WorkspaceFolder(place.path)
      return {
        ledger: new DirectoryLedger(folder, registryFold),
        blobs: new DirectoryBlobs({ folder: place.path, isSynced: true, prepare: () => folder.prepare() }),
      }
    }
    case 'git': {
      const git = await openGitPlace(place, options)
      return { ledger: new GitLedger(git, registryFold, subject), blobs: new GitBlobs(git) }
    }
    case 'mlflow': {
      const mlflow = openService(place, options)
      return { ledger: (await driversIn(place.ledger, options)).ledger, blobs: mlflow.blobs, mlflow }
    }
    default: {
      const objects = await openObjectPlace(place, options.host)
      return { ledger: new ObjectLedger(objects, registryFold), blobs: new ObjectBlobs(objects) }
    }
  }
}

/**
 * The steps of a CI job share one stage: the gate judges the run that training rehearsed. Runner and agent empty the folder with
 * the job's other temporary files. Elsewhere every rehearsal is alone.
 */
async function stageFor({ identity, tempFolder }: HostContext): Promise<RehearsalPlace> {
  if (identity !== undefined) return { folder: join(tempFolder, 'trainyard-stage'), isKept: true }
  await mkdir(tempFolder, { recursive: true })
  return { folder: await mkdtemp(join(tempFolder, 'trainyard-stage-')), isKept: false }
}

function rehearsalOf(real: Ledger<Change>, { folder, isKept }: RehearsalPlace): RehearsalLedger<Change> {
  const kept = isKept ? new RehearsalStore<Change>(join(folder, 'entries')) : undefined
  return new RehearsalLedger({ real, fold: registryFold, kept })
}

function rehearsalBlobs(real: Blobs, stage: RehearsalPlace): Blobs {
  const own = new DirectoryBlobs({ folder: stage.folder, isSynced: false, prepare: () => Promise.resolve() })
  return new RehearsalBlobs(real, own, stage)
}

/** Model files go into a public repository only when the project file says so. */
function checkConsent(place: Place, { host, blobs, allowPublicFiles }: OpenOptions): void {
  if (place.kind !== 'git' || blobs !== undefined || host.context.isPublicRepository !== true || allowPublicFiles)
    return
  const lines = ['version: 1', 'workspace:', '  url: "git:"', '  publicFiles: true']
  throw new ConfigError({
    code: 'TY0204',
    details: ['consent is given in trainyard.yml:', ...lines.map((line) => `  ${line}`)].join('\n'),
  })
}
