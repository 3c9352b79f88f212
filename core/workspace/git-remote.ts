import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { InputError } from '../errors/errors.ts'
import { BareRepository } from '../engines/git/bare-repository.ts'
import { type Setting, tokenSettings } from '../engines/git/environment.ts'
import { Git } from '../engines/git/git.ts'
import type { HostContext } from '../host/host.ts'
import { createGitPlace, type GitPlace } from './git-place.ts'
import type { OpenOptions } from './open.ts'
import type { Place } from './place.ts'

/** Finds the repository of a workspace, and how to authenticate to it, and makes the private copy. */
export async function openGitPlace(
  place: Extract<Place, { kind: 'git' }>,
  options: Pick<OpenOptions, 'host' | 'token'>,
): Promise<GitPlace> {
  const { host } = options
  const { env, context } = host
  // A container's job often runs as another user than the one that checked out; in CI the checkout is the job's own.
  const settings: readonly Setting[] = context.isCi ? [['safe.directory', context.folder]] : []
  const checkout = new Git({ folder: context.folder, env, settings })
  const given = place.remote ?? (await originOf(checkout, context.folder))
  const { url, password } = withoutPassword(given)
  if (password !== undefined) host.mask(password)
  const own = await checkoutSettings(checkout)
  const token = password ?? (mayHaveToken(url, context) ? options.token : undefined)
  await mkdir(context.tempFolder, { recursive: true })
  const repository = await BareRepository.create({
    url,
    settings: token === undefined ? own : [...own, ...tokenSettings(url, token)],
    env,
    tempFolder: context.tempFolder,
  })
  return createGitPlace({ branch: place.branch, repository, rightsHint: rightsHint(host.id) })
}

async function originOf(checkout: Git, folder: string): Promise<string> {
  const { exitCode, stdout, stderr } = await checkout.run(['remote', 'get-url', 'origin'])
  if (exitCode === 0) return fromAnywhere(stdout.toString('utf8').trim(), folder)
  throw new InputError({
    faults: [
      {
        subject: 'workspace',
        source: { kind: 'input' },
        problem: `means a branch of the repository that ${folder} was cloned from, and git finds no remote called origin (${stderr})`,
        value: 'git:',
        rule: 'a checkout with a remote, `git:<url or path of a repository>`, or a folder',
        example: 'git:https://github.com/owner/name.git',
      },
    ],
  })
}

/** A remote that is a path is relative to its checkout, and we ask from elsewhere. */
function fromAnywhere(remote: string, folder: string): string {
  const isPath = !/^[^/\\]*:/.test(remote)
  return isPath ? resolve(folder, remote) : remote
}

/**
 * What the checkout's own configuration says about connections: a checkout action keeps its credentials there, and our
 * private repository would not see them.
 */
async function checkoutSettings(checkout: Git): Promise<readonly Setting[]> {
  const { exitCode, stdout } = await checkout.run(['config', '--local', '--includes', '-z', '--get-regexp', connection])
  if (exitCode !== 0) return []
  const entries = stdout.toString('utf8').split('\0').slice(0, -1)
  return entries.map((entry) => {
    const end = entry.indexOf('\n')
    return end < 0 ? [entry, 'true'] : [entry.slice(0, end), entry.slice(end + 1)]
  })
}

const connection = '^(http|credential|url)\\.|^core\\.sshcommand$'

/** A URL with a password in it, parted: it must not appear in an argument, a log or a record. */
function withoutPassword(given: string): { readonly url: string; readonly password: string | undefined } {
  if (!/^https?:/.test(given)) return { url: given, password: undefined }
  const url = new URL(given)
  const password = url.password === '' ? url.username : url.password
  if (password === '') return { url: given, password: undefined }
  url.username = ''
  url.password = ''
  return { url: url.href, password: decodeURIComponent(password) }
}

/**
 * A token goes over TLS, or stays on this machine. Code that is not trusted may name any host as its workspace: from there a
 * token goes only to the server that it came from.
 */
function mayHaveToken(url: string, { trust, serverUrl }: Pick<HostContext, 'trust' | 'serverUrl'>): boolean {
  if (!/^https?:/.test(url)) return false
  const { protocol, hostname, host } = new URL(url)
  const isSafe = protocol === 'https:' || ['127.0.0.1', '[::1]', 'localhost'].includes(hostname)
  return isSafe && (trust.kind === 'trusted' || (serverUrl !== undefined && new URL(serverUrl).host === host))
}

/** What to add so that this job may push. */
function rightsHint(host: OpenOptions['host']['id']): string {
  switch (host) {
    case 'github':
      return ['let the job push, in the workflow:', '  permissions:', '    contents: write'].join('\n')
    case 'azure':
      return 'grant "Contribute" and "Create branch" on the repository to the build service account of the project, and give the task the token $(System.AccessToken)'
    default:
      return 'let the account that git uses here push to this repository'
  }
}
