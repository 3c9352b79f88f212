import type { Host } from '../host/host.ts'
import type { GitState } from '../records/actor.ts'

/**
 * The state of the user's code: what the CI system says, and what git says of the checkout where the CI system is silent.
 * Outside a git checkout everything that is unknown is left out.
 */
export async function gitStateOf(host: Host): Promise<GitState> {
  const { repository, ref, commit } = host.context
  const git = async (...args: readonly string[]) => {
    const result = await host.exec('git', args, { cwd: host.context.folder })
    return result.exitCode === 0 ? result.stdout.trim() : undefined
  }
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
    commit: commit ?? head,
    isDirty: changes === undefined ? undefined : changes !== '',
  })
}

/** A remote's address as records may keep it. */
export function withoutCredentials(address: string): string {
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
