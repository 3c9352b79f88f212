import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageFiles } from '../scoring/client/packaged.ts'

/** From the folder of this very code: beside the bundles of actions and tasks, beside that of the command line, and from the source. */
const places = ['scoring', '../scoring', '../../dist/scoring'] as const

/**
 * The folder with the bundled scoring server, which comes with this very bundle: the same bytes on every face.
 *
 * @throws Error when it is not there: the installation is not whole.
 */
export function serverFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url))
  const found = places.map((place) => join(here, place)).find((folder) => existsSync(join(folder, packageFiles.server)))
  if (found === undefined) throw new Error(`the scoring server is not beside ${here}`)
  return found
}
