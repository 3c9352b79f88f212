import { copy } from '../workspace/copy/copying.ts'
import { directoryPlace, gitPlace, inPlace, inside, type TestPlace } from '../workspace/places.ts'
import { keep, register } from '../workspace/records.ts'
import type { Bench } from './timing.ts'

const versions = Number(process.env['TRAINYARD_BENCH_VERSIONS'] ?? 1000)

/** Copies a thousand versions, each with a file of its own, to every kind of place and back. */
export const copying: Bench = {
  name: 'copying',
  async run() {
    const lines: string[] = []
    await inPlace(directoryPlace, async (source) => {
      await inside(source, async (workspace) => {
        for (let n = 1; n <= versions; n++)
          await register(workspace, await keep(workspace, source.folder, `the model ${n}`), { tags: { N: String(n) } })
      })
      const timed = async (what: string, from: TestPlace, to: TestPlace) => {
        const begin = performance.now()
        await copy(from, to)
        lines.push(`copying ${versions} versions ${what}: ${((performance.now() - begin) / 1000).toFixed(1)} s`)
      }
      await inPlace(directoryPlace, async (folder) => {
        await timed('from a folder to a folder', source, folder)
        await timed('again, with nothing to do', source, folder)
      })
      await inPlace(gitPlace, async (branch) => {
        await timed('from a folder to a branch', source, branch)
        await inPlace(directoryPlace, (folder) => timed('from a branch to a folder', branch, folder))
      })
    })
    return lines
  },
}
