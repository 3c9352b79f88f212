import { ExternalError } from '../errors/errors.ts'
import type { Host } from '../host/host.ts'
import type { GitState } from '../records/actor.ts'

/** Nothing of the checkout is run or changed, and one that belongs to another user (as in a container) is read all the same. */
const harmless = ['--no-optional-locks', '-c', 'core.fsmonitor=false', '-c', 'safe.directory=*']

/**
 * The state of the user's code: the commit that is checked out, and for the rest what the CI system says, and what git says
 * where it is silent. Outside a checkout, or without git, everything that is unknown is left out.
 */
export async function gitStateOf(host: Host): Promise<GitState> {
  const { repository, ref, commit } = host.context
  const git = asker(host)
  const head = await git('rev-parse', 'HEAD')
  const [changes, branch, remote] =
    head === undefined
      ? []
      : await Promise.all([
          git('status', '--porcelain', '--untracked-files=no'),
          git('symbolic-ref', '--quiet', 'HEAD'),
          git('config', '--get', 'remote.origin.url'),
        ])
  return defined({
    repository: repository ?? (remote === undefined ? undefined : withoutCredentials(remote)),
    ref: ref ?? branch,
    commit: head ?? commit,
    isDirty: changes === undefined ? undefined : changes !== '',
  })
}

/** Asks git about the checkout; undefined where it has no answer. */
function asker(host: Host): (...args: readonly string[]) => Promise<string | undefined> {
  return async (...args) => {
    try {
      const result = await host.exec('git', [...harmless, ...args], { cwd: host.context.folder })
      return result.exitCode === 0 ? result.stdout.trim() : undefined
    } catch (error) {
      if (error instanceof ExternalError && error.code === 'TY0503') return undefined
      throw error
    }
  }
}

/** A remote's address as records may keep it. */
function withoutCredentials(address: string): string {
  if (!URL.canParse(address)) return address
  const url = new URL(address)
  url.username = ''
  url.password = ''
  return url.href
}

/** The properties that have a value. */
function defined(state: { readonly [K in keyof GitState]: GitState[K] | undefined }): GitState {
  return Object.fromEntries(Object.entries(state).filter(([, value]) => value !== undefined))
}
