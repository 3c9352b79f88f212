import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The top folder of this checkout, absolute. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

/** What is bundled, each on its own: the three faces, the scoring server, which goes into packages, and the router before it. */
export const faces = ['cli', 'actions', 'tasks', 'scoring', 'router']

/** Where the chunk graph of the last build is kept; not part of anything that ships. */
export const graphFile = join(root, 'dist', 'graph.json')

/**
 * A path as it is written in bundles and reports: relative to the top folder, with `/`.
 * @param {string} path absolute
 */
export function inRoot(path) {
  return relative(root, path).split(sep).join('/')
}

/**
 * Everything that a bundle is made of, so that "is it older than its sources?" is a comparison of digests, never of times.
 * @returns {string} sha256, hexadecimal
 */
export function sourcesDigest() {
  const hash = createHash('sha256')
  const single = ['package.json', 'package-lock.json', 'tsconfig.json', 'scripts/build.mjs']
  const trees = ['core', 'actions', 'tasks', 'scripts/lib']
  for (const path of [...single, ...trees.flatMap((tree) => filesUnder(join(root, tree)).map(inRoot))]) {
    if (!existsSync(join(root, path))) continue
    hash.update(`${path}\0`).update(
      createHash('sha256')
        .update(readFileSync(join(root, path)))
        .digest(),
    )
  }
  return hash.digest('hex')
}

/**
 * All files below a folder in a stable order, without built and installed ones.
 * @param {string} folder absolute; a missing folder has no files
 * @returns {string[]} absolute paths
 */
export function filesUnder(folder) {
  if (!existsSync(folder)) return []
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return entry.name === 'dist' || entry.name === 'node_modules' ? [] : filesUnder(path)
    return entry.isFile() ? [path] : []
  })
}

/**
 * @typedef {{ sources: string, bundles: BundleGraph[] }} FaceGraph what one build of a face left: the digest of its sources, and its bundles
 * @typedef {{ folder: string, files: string[], entries: EntryGraph[] }} BundleGraph one output folder and every file written there
 * @typedef {{ entry: string, source: string, static: string[], lazy: string[] }} EntryGraph
 *   `static`: the modules that load with the entry; `lazy`: those that only an `import()` reaches. Paths relative to the top folder.
 * @typedef {Record<string, FaceGraph>} Graph
 */

/**
 * The chunk graph of the last build; empty before the first.
 * @returns {Graph}
 */
export function readGraph() {
  if (!existsSync(graphFile)) return {}
  return /** @type {Graph} */ (JSON.parse(readFileSync(graphFile, 'utf8')))
}

/**
 * The faces whose bundles are missing or were built from other sources than those that lie here now.
 * @returns {string[]}
 */
export function staleFaces() {
  const sources = sourcesDigest()
  const graph = readGraph()
  return faces.filter((face) => {
    const built = graph[face]
    if (built === undefined || built.sources !== sources) return true
    return built.bundles.some(({ folder, files }) => files.some((file) => !existsSync(join(root, folder, file))))
  })
}
