import { realpathSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ConfigError, InputError } from '../errors/errors.ts'
import type { AzureBlobAddress, S3Address } from '../engines/objects/store.ts'
import type { HostContext } from '../host/host.ts'
import { isMlflowUrl, mlflowUrl, parseMlflowUrl } from './mlflow/place.ts'
import { isObjectUrl, objectRule, parseObjectUrl } from './object-address.ts'

/** Where a workspace is said to live. */
export type Place =
  | { readonly kind: 'folder'; readonly path: string }
  /** Without a remote, the one that the checkout came from. */
  | { readonly kind: 'git'; readonly remote: string | undefined; readonly branch: string }
  /** What MLflow cannot hold is in a ledger beside it. */
  | { readonly kind: 'mlflow'; readonly server: string; readonly prefix: string; readonly ledger: Place }
  | S3Address
  | AzureBlobAddress

/** What the rules about places look at. */
export type PlaceContext = Pick<HostContext, 'isCi' | 'isThrowAway' | 'folder' | 'trust'>

/** The branch that holds the workspace when nobody says. */
export const defaultBranch = 'trainyard'

/** The folder of a laptop that said nothing. */
const defaultFolder = '.trainyard'

/**
 * Decides where the workspace lives, and refuses what would be forgotten.
 *
 * @throws ConfigError TY0201 when nobody said it in CI; TY0202 for a folder that does not outlive the job; InputError for
 *   a place of a kind that does not exist.
 * @param ledger where the ledger beside an MLflow server lives
 */
export function decidePlace(url: string | undefined, context: PlaceContext, ledger?: string): Place {
  if (url === undefined) {
    if (context.isCi) throw unsaid()
    return { kind: 'folder', path: join(context.folder, defaultFolder) }
  }
  if (isMlflowUrl(url)) return mlflowPlace(url, context, ledger)
  if (url.startsWith('git:')) return gitPlace(url, context)
  if (isObjectUrl(url)) return objectPlace(url, context)
  if (/^[A-Za-z][A-Za-z0-9+.-]+:/.test(url) && !url.startsWith('file:')) throw unknownKind(url)
  const path = url.startsWith('file:') ? folderOf(url) : resolve(context.folder, url)
  checkOutlives(path, context)
  return { kind: 'folder', path }
}

function mlflowPlace(url: string, context: PlaceContext, ledger: string | undefined): Place {
  const parsed = parseMlflowUrl(url)
  if (typeof parsed === 'string') throw bad(url, parsed)
  if (ledger !== undefined && isMlflowUrl(ledger)) throw bad(ledger, 'is an MLflow server, which can hold no ledger')
  if (ledger === undefined && context.isCi) throw ledgerUnsaid(mlflowUrl(parsed))
  return { kind: 'mlflow', ...parsed, ledger: decidePlace(ledger, context) }
}

/** MLflow holds no audit trail, no receipts, no claims and no compare-and-set: they need a place of their own. */
function ledgerUnsaid(url: string): ConfigError {
  const said = ['version: 1', 'workspace:', `  url: "${url}"`, '  ledger: "git:"']
  const details = [
    'what MLflow cannot hold (the audit trail, receipts, the history of aliases) needs a ledger beside it; in trainyard.yml, to keep it on a branch of this repository:',
    ...said.map((line) => `  ${line}`),
  ]
  return new ConfigError({ code: 'TY0201', details: details.join('\n') })
}

/**
 * Decides where model files live apart from the ledger.
 *
 * @throws InputError for a place that is no object store.
 */
export function decideBlobPlace(
  url: string,
  context: Pick<PlaceContext, 'trust'>,
  ledger: Place,
): S3Address | AzureBlobAddress {
  const isObject = isObjectUrl(url)
  if (isObject && ledger.kind !== 'mlflow') return objectPlace(url, context)
  throw bad(url, {
    subject: 'workspace.blobs',
    problem: isObject ? 'goes with a ledger, and MLflow keeps files itself' : 'is no object store',
    rule: objectRule,
    example: 's3://models/trainyard',
  })
}

/** Code that nobody trusts may not choose the server that this job's credentials are shown to. */
function objectPlace(url: string, { trust }: Pick<PlaceContext, 'trust'>): S3Address | AzureBlobAddress {
  const words = { rule: objectRule, example: 's3://models/trainyard' }
  const address = parseObjectUrl(url)
  if ('problem' in address) throw bad(url, { ...words, ...address })
  if (address.endpoint !== undefined && trust.kind !== 'trusted') {
    throw bad(url, {
      ...words,
      problem: `names an endpoint, and this run is not trusted to (${trust.why}); set the endpoint in the environment of the job`,
    })
  }
  return address
}

function gitPlace(url: string, { folder }: PlaceContext): Place {
  const [, rest = '', branch = defaultBranch] = /^git:([^#]*)(?:#(.*))?$/.exec(url) ?? []
  if (!/^(?!.*(?:\.\.|\/\/|@\{|\.lock$|\.$))[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(branch)) {
    throw bad(url, `names ${JSON.stringify(branch)}, which is no name of a branch`)
  }
  if (rest === '') return { kind: 'git', remote: undefined, branch }
  if (rest.startsWith('-')) throw bad(url, 'names a repository that begins with a hyphen')
  if (rest.startsWith('//')) return { kind: 'git', remote: `git:${rest}`, branch }
  const isRelative = rest.startsWith('./') || rest.startsWith('../') || rest === '..'
  return { kind: 'git', remote: isRelative ? resolve(folder, rest) : rest, branch }
}

function folderOf(url: string): string {
  try {
    return fileURLToPath(url)
  } catch (error) {
    throw bad(url, 'is no URL of a folder', error)
  }
}

/** In CI a folder must be out of reach of what tidies up after the job. */
function checkOutlives(path: string, { isCi, isThrowAway, folder }: PlaceContext): void {
  if (!isCi) return
  if (isThrowAway) throw forgotten(`${path} is on a runner that is thrown away after this job`)
  const inside = relative(real(folder), real(path))
  const isInside = inside === '' || (!inside.startsWith('..') && !isAbsolute(inside))
  if (isInside) throw forgotten(`${path} is inside the checkout (${folder}), which the next job wipes`)
}

/** A path with the links in its existing part resolved. */
function real(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return dirname(path) === path ? path : join(real(dirname(path)), basename(path))
  }
}

const lines = ['version: 1', 'workspace: "git:"']

function unsaid(): ConfigError {
  const details = ['in trainyard.yml, to keep it on a branch of this repository:', ...lines.map((line) => `  ${line}`)]
  return new ConfigError({ code: 'TY0201', details: details.join('\n') })
}

function forgotten(why: string): ConfigError {
  const details = [`${why}; on a branch of this repository it stays:`, ...lines.map((line) => `  ${line}`)]
  return new ConfigError({ code: 'TY0202', details: details.join('\n') })
}

function unknownKind(url: string): InputError {
  return bad(url, 'is of a kind that this release does not know')
}

interface BadPlace {
  readonly problem: string
  readonly subject?: string
  readonly rule?: string
  readonly example?: string
}

const rule =
  '`git:` (a branch of this repository), `git:<url or path of a repository>#<branch>`, `s3://…`, `azblob://…`, a folder, or `mlflow+https://<server>`'

function bad(url: string, said: string | BadPlace, cause?: unknown): InputError {
  const fault = {
    subject: 'workspace',
    source: { kind: 'input' as const },
    value: url.replace(/\/\/[^/@]*@/, '//').replace(/\?.*$/, ''),
    rule,
    example: 'git:',
    ...(typeof said === 'string' ? { problem: said } : said),
  }
  return new InputError({ faults: [fault], cause })
}
