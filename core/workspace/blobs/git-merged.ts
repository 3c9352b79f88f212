import type { BareRepository } from '../../engines/git/bare-repository.ts'

/** The ref that keeps what was under many: its newest commit lists the places, its ancestors are their commits. */
export const mergedRef = 'refs/trainyard/merged'

/** Commits that one commit has as parents: hosts are not made for very many. */
const parentsEach = 64

/** The commits by place, as the message of the newest commit says. */
export function mergedIn(message: string): ReadonlyMap<string, string> {
  const lines = [...message.matchAll(/^([0-9a-z]+) ([0-9a-f]{40,64})$/gm)]
  return new Map(lines.map(([, place = '', commit = '']) => [place, commit]))
}

/**
 * Makes the commits that keep others and list their places. Those must be here, but for their files. The list is in a commit of
 * its own with an empty tree: who looks for a place fetches that alone, and then the one commit that it names.
 */
export async function makeMerged(repository: BareRepository, commits: ReadonlyMap<string, string>): Promise<string> {
  const [made] = await repository.import(commands(commits))
  if (made === undefined) throw new TypeError('fast-import gave no commit')
  return made
}

async function* commands(commits: ReadonlyMap<string, string>): AsyncGenerator<Buffer> {
  const all = [...commits].sort(([a], [b]) => (a < b ? -1 : 1))
  const committer = `committer Trainyard <trainyard@localhost> ${Math.floor(Date.now() / 1000)} +0000\n`
  let mark = 0
  for (let at = 0; at < all.length; at += parentsEach) {
    mark += 1
    const before = mark === 1 ? [] : [`:${mark - 1}`]
    const parents = [...before, ...all.slice(at, at + parentsEach).map(([, commit]) => commit)]
    yield text(`commit refs/trainyard/merging\nmark :${mark}\n${committer}data 6\nkeeps\n\n`)
    yield text(
      `from ${parents[0] ?? ''}\n${parents
        .slice(1)
        .map((parent) => `merge ${parent}\n`)
        .join('')}deleteall\n\n`,
    )
  }
  const message = text(`files by place\n\n${all.map(([place, commit]) => `${place} ${commit}\n`).join('')}`)
  yield text(`commit refs/trainyard/merging\nmark :${mark + 1}\n${committer}data ${message.length}\n`)
  yield message
  yield text(`${mark === 0 ? '' : `from :${mark}\n`}deleteall\n\nget-mark :${mark + 1}\ndone\n`)
  await Promise.resolve()
}

function text(content: string): Buffer {
  return Buffer.from(content, 'utf8')
}
