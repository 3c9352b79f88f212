import type { Host } from '../host/host.ts'
import { gitStateOf } from '../main/git-state.ts'
import type { Home } from './match.ts'

/** The repository that the rules stand in, as far as the host and git know it. */
export interface Household extends Home {
  /** `owner/name` on GitHub; undefined where the code lies elsewhere. */
  readonly githubRepository: string | undefined
}

/** Whether the step runs in Azure Pipelines, as a task or as a command in a script. */
export function isInAzurePipelines({ id, env }: Host): boolean {
  return id === 'azure' || env['TF_BUILD']?.toLowerCase() === 'true'
}

/** Asks the host, and git where the host is silent. */
export async function householdOf(host: Host): Promise<Household> {
  const { repository } = await gitStateOf(host)
  const isRemote = host.context.repository === undefined
  return {
    repository,
    defaultBranch: host.context.defaultBranch ?? (await defaultBranchOfClone(host)),
    githubRepository: isInAzurePipelines(host) ? undefined : isRemote ? onGithub(repository) : repository,
  }
}

/** What a clone remembers of its origin's default branch; a checkout of a CI system remembers nothing. */
async function defaultBranchOfClone(host: Host): Promise<string | undefined> {
  const args = ['symbolic-ref', '--quiet', '--short', 'refs/remotes/origin/HEAD']
  const { exitCode, stdout } = await host.exec('git', args, { cwd: host.context.folder })
  return exitCode === 0 ? stdout.trim().replace(/^origin\//, '') : undefined
}

/** The `owner/name` of a remote on github.com, by https or ssh. */
function onGithub(remote: string | undefined): string | undefined {
  const path = /^(?:https:\/\/(?:[^/@]+@)?|ssh:\/\/(?:git@)?|git@)github\.com[/:]([^/]+\/[^/]+?)(?:\.git)?\/?$/.exec(
    remote ?? '',
  )
  return path?.[1]
}
