import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './sources.mjs'

/**
 * Copies this checkout as it lies here, without what is built or ignored, into a new folder below `.cache/`.
 * @param {string} purpose a word for the folder's name
 * @returns {string} the folder, absolute; the caller removes it
 * @throws when git cannot list the files
 */
export function copyCheckout(purpose) {
  mkdirSync(join(root, '.cache'), { recursive: true })
  const copy = mkdtempSync(join(root, '.cache', `${purpose}-`))
  for (const file of checkoutFiles()) {
    mkdirSync(dirname(join(copy, file)), { recursive: true })
    cpSync(join(root, file), join(copy, file), { verbatimSymlinks: true })
  }
  return copy
}

/**
 * The files of this checkout, tracked or new, that git does not ignore.
 * @returns {string[]} relative paths
 */
function checkoutFiles() {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 << 20 })
  if (status !== 0) throw new Error(`git cannot list the files of this checkout: ${stderr}`)
  return [...new Set(stdout.split('\0'))].filter((file) => file !== '' && existsSync(join(root, file)))
}
