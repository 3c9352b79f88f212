// Builds the Azure DevOps extension: `npm run package:azure`, or `node scripts/package-azure.mjs [FOLDER] [--as-built]`. Stages what belongs into it, lets tfx pack that, and packs the
// result again, so that the same sources give the same bytes. Everything that tfx only warns of is an error here.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { brotliCompressSync, constants } from 'node:zlib'
import { buildIfStale } from './lib/fresh.mjs'
import { inRoot, root } from './lib/sources.mjs'
import { normalized } from './lib/zip.mjs'

/** The Marketplace takes more, but agents download every version of a task that a job uses. */
const largestBytes = 19e6

/** @typedef {{ name: string, version: { Major: number } }} Task */
/** @typedef {{ publisher: string, id: string, version: string }} Extension */

const { positionals, values } = parseArgs({ allowPositionals: true, options: { 'as-built': { type: 'boolean' } } })
const folder = resolve(positionals[0] ?? join(root, 'dist/azure'))
const { publisher, id, version } = /** @type {Extension} */ (readJson(join(root, 'vss-extension.json')))
const target = join(folder, `${publisher}.${id}-${version}.vsix`)

if (values['as-built'] !== true) buildIfStale('tasks')
const stage = mkdtempSync(join(tmpdir(), 'trainyard-stage-'))
try {
  const tasks = stageAll()
  const archive = await normalized(pack(join(stage, 'packed.vsix')))
  if (archive.length > largestBytes)
    throw new Error(`the extension has ${archive.length} bytes, more than ${largestBytes}`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(target, archive)
  console.log(`package: ${inRoot(target)}, ${tasks} tasks, ${(archive.length / 1e6).toFixed(1)} MB`)
} finally {
  rmSync(stage, { recursive: true, force: true })
}

/** Each task stands in a folder of its major version, so that a later extension can bring an older task along. */
function stageAll() {
  const steps = readdirSync(join(root, 'tasks')).filter((step) => existsSync(join(root, 'tasks', step, 'task.json')))
  for (const step of steps) {
    const from = join(root, 'tasks', step)
    const task = /** @type {Task} */ (readJson(join(from, 'task.json')))
    const to = join(stage, task.name, `v${task.version.Major}`)
    if (!existsSync(join(from, 'dist/main.mjs'))) throw new Error(`tasks/${step} has no bundle`)
    cpSync(join(from, 'task.json'), join(to, 'task.json'))
    cpSync(join(from, 'dist'), join(to, 'dist'), { recursive: true })
    packRuntime(join(to, 'dist'))
  }
  for (const file of ['vss-extension.json', 'README.md', 'LICENSE']) cpSync(join(root, file), join(stage, file))
  return steps.length
}

/**
 * The runtime of models is two fifths of the extension, and Brotli makes it a third smaller than a zip can: the task unpacks it
 * when it needs it. That takes a minute here, so it is done once for each version of the runtime. The server of packages stays as it
 * is: a package has the same bytes whichever face made it.
 * @param {string} dist
 */
function packRuntime(dist) {
  const path = join(dist, 'ort-wasm-simd-threaded.wasm')
  if (!existsSync(path)) return
  const bytes = readFileSync(path)
  const kept = join(root, '.cache', `${createHash('sha256').update(bytes).digest('hex')}.wasm.br`)
  if (!existsSync(kept)) {
    mkdirSync(join(root, '.cache'), { recursive: true })
    writeFileSync(`${kept}.part`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_LGWIN]: 24 } }))
    renameSync(`${kept}.part`, kept)
  }
  cpSync(kept, `${path}.br`)
  rmSync(path)
}

/**
 * @param {string} to
 * @returns {Uint8Array} the archive
 * @throws when tfx fails or has anything to say against the package
 */
function pack(to) {
  const tfx = join(root, 'node_modules/tfx-cli/_build/tfx-cli.js')
  const args = ['extension', 'create', '--root', stage, '--manifests', 'vss-extension.json', '--output-path', to]
  const { status, stdout, stderr } = spawnSync(process.execPath, [tfx, ...args, '--no-prompt', '--no-color'], {
    cwd: stage,
    encoding: 'utf8',
  })
  const complaints = `${stdout}\n${stderr}`.split('\n').filter((line) => /\b(warning|error)\b\s*:/i.test(line))
  // tfx ends with 0 even where it has written nothing.
  if (status !== 0 || complaints.length > 0 || !existsSync(to))
    throw new Error(`tfx: ${complaints.length > 0 ? complaints.join('\n') : `${stdout}${stderr}`}`)
  return readFileSync(to)
}

/** @param {string} path @returns {unknown} */
function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'))
}
