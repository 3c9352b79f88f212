import { createTwoFilesPatch } from 'diff'
import type { Digest } from '../../records/digest.ts'
import type { Tree, TreeFile } from '../../records/tree.ts'

/** How one file differs between two snapshots. */
export interface FileDifference {
  readonly path: string
  readonly kind: 'added' | 'removed' | 'changed'
  /** A unified diff; undefined for what is no text, or is too large to compare. */
  readonly patch?: string
  /** Why there is no patch. */
  readonly note?: string
}

/** How the code of a run differs from the first run's. */
export interface CodeDifference {
  readonly files: readonly FileDifference[]
  /** Lines of patches that were left out, to keep it short. */
  readonly linesLeftOut: number
}

/** How much is compared: bytes of a file, and lines of patches in all. */
export interface CodeLimits {
  readonly fileBytes: number
  readonly lines: number
}

/** Edits beyond these say no more than that everything is new. */
const mostEdits = 20_000

/**
 * Compares two snapshots of code, file by file.
 *
 * @param read Reads a blob; only of files that differ and are not too large.
 */
export async function compareCode(
  [before, after]: readonly [Tree, Tree],
  limits: CodeLimits,
  read: (digest: Digest) => Promise<Uint8Array>,
): Promise<CodeDifference> {
  const [old, now] = [byPath(before), byPath(after)]
  const paths = [...new Set([...old.keys(), ...now.keys()])].sort()
  const files: FileDifference[] = []
  let [left, linesLeftOut] = [limits.lines, 0]
  for (const path of paths) {
    const [from, to] = [old.get(path), now.get(path)]
    if (from?.digest === to?.digest) continue
    const kind = from === undefined ? 'added' : to === undefined ? 'removed' : 'changed'
    const compared = await patchOf({ path, from, to, limits }, read)
    if (compared.patch === undefined) {
      files.push({ path, kind, ...compared })
      continue
    }
    const lines = compared.patch.split('\n')
    const kept = lines.slice(0, left)
    linesLeftOut += lines.length - kept.length
    left -= kept.length
    files.push(kept.length === 0 ? { path, kind, note: 'is left out' } : { path, kind, patch: kept.join('\n') })
  }
  return { files, linesLeftOut }
}

function byPath({ files }: Tree): ReadonlyMap<string, TreeFile> {
  return new Map(files.map((file) => [file.path, file]))
}

interface Pair {
  readonly path: string
  readonly from: TreeFile | undefined
  readonly to: TreeFile | undefined
  readonly limits: CodeLimits
}

async function patchOf(
  { path, from, to, limits }: Pair,
  read: (digest: Digest) => Promise<Uint8Array>,
): Promise<Pick<FileDifference, 'patch' | 'note'>> {
  if ([from, to].some((file) => (file?.size ?? 0) > limits.fileBytes)) return { note: 'is too large to compare' }
  const bytesOf = (file: TreeFile | undefined) =>
    file === undefined ? Promise.resolve(new Uint8Array()) : read(file.digest)
  const [before, after] = [textOf(await bytesOf(from)), textOf(await bytesOf(to))]
  if (before === undefined || after === undefined) return { note: 'is no text' }
  const [oldName, newName] = [
    from === undefined ? '/dev/null' : `a/${path}`,
    to === undefined ? '/dev/null' : `b/${path}`,
  ]
  const patch = createTwoFilesPatch(oldName, newName, before, after, undefined, undefined, {
    context: 3,
    maxEditLength: mostEdits,
  })
  if (patch === undefined) return { note: 'has nothing in common with what it was' }
  // The library's first line is a rule of its own, which no tool asks for.
  return { patch: patch.replace(/^=+\n/, '').trimEnd() }
}

/** The text of a file; undefined for bytes that are none. */
function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}
