// Are the generated files fresh? In a copy of this checkout, deletes all of them, generates them anew, and demands that the
// copy equals what lies here, byte for byte.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join, relative } from 'node:path'
import { isGenerated } from '../core/gen/generated.ts'
import { copyCheckout } from './lib/copy.mjs'
import { root } from './lib/sources.mjs'

const copy = copyCheckout('gen')
try {
  const before = generatedFiles(copy)
  for (const file of before) rmSync(join(copy, file))
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  const { status, stderr } = spawnSync(process.execPath, ['core/gen/main.ts'], { cwd: copy, encoding: 'utf8' })
  if (status !== 0) throw new Error(`core/gen/main.ts failed:\n${stderr}`)
  report(before, generatedFiles(copy))
} finally {
  rmSync(copy, { recursive: true, force: true })
}

/**
 * @param {string[]} before
 * @param {string[]} after
 */
function report(before, after) {
  const all = [...new Set([...before, ...after])].sort()
  const stale = all.filter((file) => read(join(root, file)) !== read(join(copy, file)))
  for (const file of stale) console.error(`gen: ${file} is not what its definition says now`)
  if (stale.length > 0) console.error('gen: run `npm run gen` and commit what it writes')
  else console.log(`gen: ${after.length} generated files are fresh`)
  process.exitCode = stale.length > 0 || after.length === 0 ? 1 : 0
}

/** @param {string} path */
function read(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

/** @param {string} folder */
function generatedFiles(folder) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
  return files.filter(isGenerated).sort()
}
