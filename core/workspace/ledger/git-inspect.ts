import { messageOf } from '../../engines/git/bare-repository.ts'
import { type GitPlace, remoteFailed } from '../git-place.ts'
import { entryIn } from './git-commit.ts'
import { brokenOr, isPlaced, missing } from './inspect.ts'
import type { Inspected } from './ledger.ts'

/** Commits read in one go. */
const batch = 500

/** The depth at which git fetches the whole history, whether it has a part of it or not. */
const everything = 2_147_483_647

/** What stands in the places of a branch: each commit is taken for the entry that it says it is. */
export async function* inspectBranch<Change>(place: GitPlace): AsyncGenerator<Inspected<Change>> {
  const commits = await historyOf(place)
  let last = 0
  for (let at = 0; at < commits.length; at += batch) {
    for (const commit of await place.repository.objects(commits.slice(at, at + batch))) {
      const expected = last + 1
      const found = await brokenOr(expected, () => {
        const message = commit === undefined ? '' : messageOf(commit.bytes)
        return Promise.resolve(entryIn<Change>(message, { seq: expected, url: place.url }))
      })
      const seq = isPlaced(found) ? found.token.seq : expected
      // A commit that says it is an earlier entry takes no place: the chain of digests tells what it is.
      for (let gap = expected; gap < seq; gap++) yield missing(gap)
      yield found
      last = Math.max(seq, expected)
    }
  }
}

/** All commits of the branch, oldest first; none where there is no branch. */
async function historyOf(place: GitPlace): Promise<readonly string[]> {
  const { repository, branch } = place
  const head = `refs/trainyard/inspect/${branch}`
  // As a pattern: that nothing matches is no failure to git, so what fails is the connection.
  await fetchInto(place, [`+refs/heads/${branch}*:${head}*`])
  if ((await repository.resolve(head)) === undefined) return []
  // What an earlier fetch left out. Asked of an empty repository, this would fail.
  await fetchInto(place, [`+refs/heads/${branch}:${head}`], { depth: everything })
  const listed = await repository.git.demand(['rev-list', '--first-parent', '--reverse', head, '--'])
  return listed.toString('latin1').split('\n').slice(0, -1)
}

async function fetchInto(place: GitPlace, refspecs: readonly string[], options = {}): Promise<void> {
  const result = await place.repository.fetch(refspecs, options)
  if (result.exitCode !== 0) throw remoteFailed(place, 'fetch the history of the workspace', result)
}
