// Does the same source give the same bytes? Builds a copy of this checkout in another folder, on another Node where there is
// one, and compares every file with the bundles that lie here.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { copyCheckout } from './lib/copy.mjs'
import { readGraph, root, staleFaces } from './lib/sources.mjs'

const copy = copyCheckout('bytes')
try {
  if (staleFaces().length > 0) run(process.execPath, root, ['scripts/build.mjs'])
  run('cp', root, ['-al', join(root, 'node_modules'), join(copy, 'node_modules')])
  run(otherNode(), copy, ['scripts/build.mjs'])
  compare()
} finally {
  rmSync(copy, { recursive: true, force: true })
}

function compare() {
  const files = Object.values(readGraph()).flatMap(({ bundles }) =>
    bundles.flatMap((bundle) => bundle.files.map((file) => `${bundle.folder}/${file}`)),
  )
  const different = files.filter((file) => digest(join(root, file)) !== digest(join(copy, file)))
  for (const file of different) console.error(`same-bytes: ${file} differs when it is built in another folder`)
  if (different.length === 0) console.log(`same-bytes: ${files.length} files, each the same twice`)
  process.exitCode = different.length > 0 || files.length === 0 ? 1 : 0
}

/** Node 20 where the lock brings it, else the one that runs this. */
function otherNode() {
  const node20 = join(root, 'node_modules/node20-linux-x64/bin/node')
  return existsSync(node20) ? node20 : process.execPath
}

/** @param {string} file */
function digest(file) {
  return existsSync(file) ? createHash('sha256').update(readFileSync(file)).digest('hex') : undefined
}

/**
 * @param {string} command
 * @param {string} cwd
 * @param {string[]} args
 */
function run(command, cwd, args) {
  const { status, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${stderr}`)
}
