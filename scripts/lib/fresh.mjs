import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root, staleFaces } from './sources.mjs'

/**
 * Bundles a face where its bundles are older than its sources.
 * @param {string} face
 * @throws when the build fails; its own words are on the terminal
 */
export function buildIfStale(face) {
  if (!staleFaces().includes(face)) return
  const { status } = spawnSync(process.execPath, [join(root, 'scripts/build.mjs'), face], { stdio: 'inherit' })
  if (status !== 0) throw new Error(`scripts/build.mjs ${face} failed`)
}
