import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openWorkspace } from '../../core/workspace/open.ts'
import { writeBulkFolder } from '../workspace/bulk.ts'
import { openOptions, reference } from '../workspace/places.ts'
import { type Bench, fixed, median } from './timing.ts'

const versions = 10_000
const rounds = 21

/** `name@champion` among 10,000 versions that were registered one by one, from a workspace that nobody has opened yet; at most 50 ms. */
export const resolving: Bench = {
  name: 'resolve',
  async run() {
    // Ten thousand synced appends are slow on a disk, and only reading is measured here.
    const folder = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'trainyard-bench-'))
    try {
      const url = join(folder, 'workspace')
      await writeBulkFolder(url, { versions, models: 0, runEvery: Infinity })
      const times: number[] = []
      for (let round = 0; round < rounds; round += 1) {
        const startedAt = performance.now()
        const workspace = await openWorkspace(openOptions(url, folder, { intent: 'read' }))
        await workspace.models.resolve(reference('flights@champion'))
        times.push(performance.now() - startedAt)
        await workspace.close()
      }
      const [first = Number.NaN] = times
      return [
        `resolve flights@champion among ${versions} versions: ${fixed(median(times))} ms, the first time ${fixed(first)} ms; bound 50 ms`,
      ]
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}
