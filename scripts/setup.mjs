// Makes a fresh clone ready: the packages of the lock, then the bundles; with --test also the programs that tests use.
// Does only what is missing, says nothing when nothing is, and runs on a bare Node ≥ 20.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { install, isInstalled } from './lib/install.mjs'
import { root, staleFaces } from './lib/sources.mjs'
import { prepareTools } from './lib/tools.mjs'

try {
  if (!isInstalled()) install()
  const stale = staleFaces()
  if (stale.length > 0) bundle(stale)
  if (process.argv.includes('--test')) {
    for (const tool of prepareTools()) console.warn(`setup: WITHOUT ${tool}; the tests that need it will be skipped`)
  }
} catch (error) {
  console.error(`setup: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}

/** @param {string[]} faces */
function bundle(faces) {
  const { status } = spawnSync(process.execPath, [join(root, 'scripts/build.mjs'), ...faces], {
    cwd: root,
    stdio: 'inherit',
  })
  if (status !== 0) throw new Error('the bundles could not be built')
}
