import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './sources.mjs'

/** @typedef {{ version?: string, integrity?: string, optional?: boolean, link?: boolean }} Locked */

/**
 * Whether node_modules holds what the lock says: npm's own record of what it installed is compared with the lock, package by
 * package, so an installation made by hand counts as much as ours. A package for another platform may be absent.
 */
export function isInstalled() {
  const record = join(root, 'node_modules/.package-lock.json')
  if (!existsSync(record)) return false
  const present = packagesIn(record)
  return Object.entries(packagesIn(join(root, 'package-lock.json'))).every(([path, locked]) => {
    if (path === '' || locked.link === true) return true
    const found = present[path]
    if (found === undefined) return locked.optional === true
    return found.version === locked.version && found.integrity === locked.integrity
  })
}

/** @param {string} file a lock file */
function packagesIn(file) {
  const lock = /** @type {{ packages?: Record<string, Locked> }} */ (JSON.parse(readFileSync(file, 'utf8')))
  return lock.packages ?? {}
}

/**
 * Installs exactly what the lock says.
 * @throws when npm fails; its own words are on the terminal
 */
export function install() {
  console.log('setup: installing the packages of package-lock.json (npm ci)')
  const npm = process.env['npm_execpath']
  const [command, first] = npm === undefined ? ['npm', []] : [process.execPath, [npm]]
  const { status, error } = spawnSync(command, [...first, 'ci', '--no-progress', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
  })
  if (error !== undefined)
    throw new Error('npm could not be started; it comes with Node (https://nodejs.org)', { cause: error })
  if (status !== 0) throw new Error(`npm ci failed with exit code ${status}`)
}
