import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Generated files: their path in the repository, with forward slashes, and their text. */
export type Files = ReadonlyMap<string, string>

/** Where generated files live. Everything in these places is generated: what nothing asks for any more is removed. */
const places = [
  /^actions\/(?!host\/)[^/]+\/(action\.yml|main\.ts|post\.ts)$/,
  /^tasks\/(?!host\/)[^/]+\/(task\.json|main\.ts|post\.ts)$/,
  /^docs\/reference\/.+$/,
  /^schemas\/.+$/,
  /^vss-extension\.json$/,
  /^core\/cli\/steps\.ts$/,
  /^workflows-examples\/(github|azure)\/[^/]+\.yml$/,
]

/** The folders in which to look for them. */
const tops = ['actions', 'tasks', 'docs/reference', 'schemas', 'core/cli', 'workflows-examples']

/** Whether a path of the repository is one that only the generators write. */
function isGenerated(path: string): boolean {
  return places.some((place) => place.test(path))
}

/**
 * Writes all generated files below a folder, and removes what an earlier run wrote and nothing asks for any more.
 *
 * @returns The paths that changed, sorted.
 * @throws Error when a file is not in a place of generated files: then no check would ever see it.
 */
export function writeFiles(root: string, files: Files): readonly string[] {
  const stray = [...files.keys()].filter((path) => !isGenerated(path))
  if (stray.length > 0) throw new Error(`core/gen/generated.ts does not know these places: ${stray.join(', ')}`)
  const stale = generatedFiles(root).filter((path) => !files.has(path))
  for (const path of stale) rmSync(join(root, path))
  const changed = [...files].filter(([path, text]) => read(join(root, path)) !== text)
  for (const [path] of changed) writeFile(root, path, files)
  return [...stale, ...changed.map(([path]) => path)].sort()
}

/** Writes one of them, ahead of the others. */
export function writeFile(root: string, path: string, files: Files): void {
  const text = files.get(path)
  if (text === undefined) throw new Error(`${path} was not generated`)
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

/** The paths of all generated files that lie below a folder now, sorted. */
export function generatedFiles(root: string): readonly string[] {
  const single = existsSync(join(root, 'vss-extension.json')) ? ['vss-extension.json'] : []
  return [...tops.flatMap((top) => below(root, top)), ...single].filter(isGenerated).sort()
}

function below(root: string, folder: string): readonly string[] {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return entry.name === 'dist' ? [] : below(root, path)
    return entry.isFile() ? [path] : []
  })
}

function read(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}
