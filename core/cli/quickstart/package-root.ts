import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * The folder of this package: the checkout, or what npm unpacked. Code is found in different depths below it, as sources
 * and as bundles.
 *
 * @throws TypeError when the code stands outside of its package.
 */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder)
    if (parent === folder) throw new TypeError('this code stands outside of its package')
    folder = parent
  }
  return folder
}
