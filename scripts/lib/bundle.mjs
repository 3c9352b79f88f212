import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { rolldown } from 'rolldown'
import { minifySync } from 'rolldown/utils'
import { licenceNotices, packageFolders } from './licences.mjs'
import { filesUnder, inRoot, root } from './sources.mjs'

/** @typedef {import('rolldown').OutputChunk} OutputChunk */

/** The one file of the wasm runtime that its code reads at run time: beside the chunk that asks for it. */
const wasm = { package: 'onnxruntime-web', file: 'ort-wasm-simd-threaded.wasm' }

/** Packages that keep state in their module: a second copy in one bundle would have a second, empty state. */
const single = ['azure-pipelines-task-lib', '@actions/core']

/**
 * The client of S3 names its CommonJS form first; only of the other one what nobody uses is left out.
 * @type {import('rolldown').Plugin}
 */
const modules = {
  name: 'modules',
  resolveId: {
    filter: { id: /^@(aws-sdk|smithy)\/[^/]+$/ },
    handler(id, importer) {
      const about = findPackageJSON(id, importer ?? root)
      if (about === undefined) return null
      const { module, exports } = /** @type {{ module?: string, exports?: unknown }} */ (
        JSON.parse(readFileSync(about, 'utf8'))
      )
      return module === undefined || exports !== undefined ? null : join(dirname(about), module)
    },
  },
}

/**
 * @param {string} name of a package
 * @param {string} from the file that imports it
 * @returns {string | undefined} the path of its package.json
 */
function findPackageJSON(name, from) {
  for (let at = dirname(from); at !== dirname(at); at = dirname(at)) {
    const path = join(at, 'node_modules', name, 'package.json')
    if (existsSync(path)) return path
  }
  return undefined
}

/**
 * Bundles one output folder and removes what an earlier build left there.
 * @param {import('./entries.mjs').Bundle} bundle
 * @returns {Promise<{ graph: import('./sources.mjs').BundleGraph, bytes: number }>} the graph, and the size of all files
 * @throws when an import cannot be resolved, a stateful package comes twice, or a licence does not allow it
 */
export async function build({ folder, input, banner, assets, hasServer = false, hasRouter = false }) {
  const bundle = await rolldown({
    cwd: root,
    input: Object.fromEntries(Object.entries(input).map(([name, source]) => [name, join(root, source)])),
    platform: 'node',
    tsconfig: join(root, 'tsconfig.json'),
    external: [/\.node$/, 'cpu-features'],
    plugins: [modules],
    transform: { target: 'node20', define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' } },
    onLog: (level, log) => complain(level, log, folder),
  })
  const { output } = await bundle.generate({
    format: 'esm',
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name]-[hash].mjs',
    banner: (chunk) => (chunk.isEntry ? banner : ''),
  })
  await bundle.close()
  const chunks = output.filter((part) => part.type === 'chunk')
  const packages = packageFolders(chunks.flatMap((chunk) => chunk.moduleIds))
  demandSingle(packages, folder)
  const code = writeCode(folder, chunks, packages)
  const runtime = hasServer ? [] : copyRuntime(folder, packages)
  const files = [...code, ...runtime, ...copyAssets(folder, assets)].sort()
  removeOthers(folder, { files, others: [...(hasServer ? ['scoring/'] : []), ...(hasRouter ? ['router/'] : [])] })
  return { graph: { folder, files, entries: entriesOf(chunks, folder) }, bytes: sizeOf(folder, files) }
}

/**
 * An import that nobody can resolve would only fail on the user's runner; here it fails the build.
 * @param {string} level
 * @param {{ code?: string, message: string }} log
 * @param {string} folder
 */
function complain(level, log, folder) {
  if (log.code === 'UNRESOLVED_IMPORT') throw new Error(`${folder}: ${log.message}`)
  if (level === 'warn' && log.code !== 'EVAL' && log.code !== 'CIRCULAR_DEPENDENCY')
    console.warn(`${folder}: ${log.message}`)
}

/**
 * @param {string[]} packages folders of the bundled packages
 * @param {string} folder
 */
function demandSingle(packages, folder) {
  for (const name of single) {
    const copies = packages.filter((path) => path.replaceAll('\\', '/').endsWith(`/node_modules/${name}`))
    if (copies.length > 1)
      throw new Error(`${folder}: ${name} is in the bundle twice: ${copies.map(inRoot).join(', ')}`)
  }
}

/**
 * @param {string} folder
 * @param {OutputChunk[]} chunks
 * @param {string[]} packages
 * @returns {string[]} the names written
 */
function writeCode(folder, chunks, packages) {
  const target = join(root, folder)
  mkdirSync(target, { recursive: true })
  const files = chunks.map((chunk) => chunk.fileName)
  for (const chunk of chunks) writeIfNew(join(target, chunk.fileName), shipped(chunk, folder))
  if (packages.length > 0) {
    writeIfNew(join(target, 'THIRD-PARTY-NOTICES.txt'), licenceNotices(packages))
    files.push('THIRD-PARTY-NOTICES.txt')
  }
  return files
}

/**
 * A chunk as it is shipped. Ours keeps its lines, so that a stack trace can be read; in the extension, which has a copy for each task
 * and has to be small, it keeps its names.
 * @param {OutputChunk} chunk
 * @param {string} folder
 */
function shipped(chunk, folder) {
  if (isOthers(chunk)) return smaller(chunk, { mangle: { keepNames: true } })
  // A server inside has the same bytes on every face.
  const isTask = /^tasks\/[^/]+\/dist$/.test(folder)
  return isTask ? smaller(chunk, { mangle: false, compress: false }) : chunk.code
}

/**
 * Whether most of a chunk is other people's code.
 * @param {OutputChunk} chunk
 */
function isOthers(chunk) {
  const sizes = Object.entries(chunk.modules).map(([id, { renderedLength }]) => ({ id, renderedLength }))
  const others = sizes.filter(({ id }) => id.startsWith('\0') || id.includes('node_modules'))
  return !chunk.isEntry && total(others) > 0.9 * total(sizes)
}

/** @param {{ renderedLength: number }[]} modules */
function total(modules) {
  return modules.reduce((sum, { renderedLength }) => sum + renderedLength, 0)
}

/**
 * The chunk without what only people read. Names of classes and functions stay: libraries compare them.
 * @param {OutputChunk} chunk
 * @param {import('rolldown/utils').MinifyOptions} how
 * @returns {string}
 */
function smaller({ fileName, code }, how) {
  const { code: small, errors } = minifySync(fileName, code, { module: true, ...how })
  if (errors.length > 0) throw new Error(`${fileName} cannot be made smaller: ${errors[0]?.message}`)
  return small
}

/**
 * @param {string} folder
 * @param {string[]} packages
 * @returns {string[]} the names written
 */
function copyRuntime(folder, packages) {
  const home = packages.find((path) => path.replaceAll('\\', '/').endsWith(`/node_modules/${wasm.package}`))
  if (home === undefined) return []
  copyFileSync(join(home, 'dist', wasm.file), join(root, folder, wasm.file))
  return [wasm.file]
}

/**
 * @param {string} folder
 * @param {string | undefined} assets
 * @returns {string[]} the names written
 */
function copyAssets(folder, assets) {
  if (assets === undefined) return []
  const from = join(root, assets)
  const files = filesUnder(from).filter((path) => !path.endsWith('.ts'))
  return files.map((path) => {
    const name = relative(from, path).replaceAll('\\', '/')
    mkdirSync(dirname(join(root, folder, name)), { recursive: true })
    copyFileSync(path, join(root, folder, name))
    return name
  })
}

/**
 * Removes what an earlier build left.
 * @param {string} folder
 * @param {{ files: string[], others: string[] }} kept the files of this build, and the folders below that are builds of their own
 */
function removeOthers(folder, { files, others }) {
  const target = join(root, folder)
  for (const path of filesUnder(target)) {
    const name = relative(target, path).replaceAll('\\', '/')
    if (!files.includes(name) && !others.some((other) => name.startsWith(other))) rmSync(path)
  }
}

/**
 * Writing only what changed keeps a bundle whole for a process that is just starting from it.
 * @param {string} path
 * @param {string} text
 */
function writeIfNew(path, text) {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return
  writeFileSync(path, text)
}

/**
 * @param {OutputChunk[]} chunks
 * @param {string} folder
 * @returns {import('./sources.mjs').EntryGraph[]}
 */
function entriesOf(chunks, folder) {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]))
  return chunks
    .filter((chunk) => chunk.isEntry)
    .map((entry) => {
      const loaded = reach(entry, byName, (chunk) => chunk.imports)
      const all = reach(entry, byName, (chunk) => [...chunk.imports, ...chunk.dynamicImports])
      const lazy = [...all].filter((chunk) => !loaded.has(chunk))
      return {
        entry: `${folder}/${entry.fileName}`,
        source: inRoot(entry.facadeModuleId ?? ''),
        static: modulesOf([...loaded]),
        lazy: modulesOf(lazy),
      }
    })
    .sort((a, b) => (a.entry < b.entry ? -1 : 1))
}

/**
 * @param {OutputChunk} from
 * @param {Map<string, OutputChunk>} byName
 * @param {(chunk: OutputChunk) => string[]} next
 * @returns {Set<OutputChunk>} every chunk that can be reached, the first included
 */
function reach(from, byName, next) {
  const seen = new Set([from])
  for (const chunk of seen) {
    for (const name of next(chunk)) {
      const found = byName.get(name)
      if (found !== undefined) seen.add(found)
    }
  }
  return seen
}

/** @param {OutputChunk[]} chunks */
function modulesOf(chunks) {
  return [
    ...new Set(
      chunks
        .flatMap((chunk) => chunk.moduleIds)
        .filter((id) => !id.startsWith('\0'))
        .map(inRoot),
    ),
  ].sort()
}

/**
 * @param {string} folder
 * @param {string[]} files
 */
function sizeOf(folder, files) {
  return files.reduce((sum, file) => sum + readFileSync(join(root, folder, file)).length, 0)
}
