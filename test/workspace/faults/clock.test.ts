import { rmSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleChild } from '../children/bundle.ts'
import { startChild } from '../children/run.ts'
import { directoryPlace, gitPlace, inPlace, inside, reference, scratch, type TestPlace } from '../places.ts'
import { trail } from '../records.ts'

const hourMs = 3_600_000

let folder = ''
let child = ''
let preload = ''

beforeAll(async () => {
  folder = scratch()
  child = await bundleChild('register', folder)
  preload = await bundleChild('shift-clock', folder)
})

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** Registers a version on a machine whose clock is off. */
async function registerAt(place: TestPlace, name: string, offMs: number): Promise<void> {
  const task = { url: place.url, token: place.token, folder: place.folder, name, count: 1 }
  const args = ['--import', pathToFileURL(preload).href, child]
  const env = { ...process.env, TRAINYARD_CLOCK_MS: String(offMs) }
  const { exitCode, stderr } = await startChild(process.execPath, args, task, env).ended
  expect(`${exitCode} ${stderr}`).toBe('0 ')
}

test.each([directoryPlace, gitPlace])(
  'clocks that disagree, and one that goes back, change no order: in $name',
  async (kind) => {
    await inPlace(kind, async (place) => {
      await registerAt(place, 'ahead', 30 * 24 * hourMs)
      await registerAt(place, 'right', 0)
      await registerAt(place, 'behind', -24 * hourMs)

      await inside(place, async (workspace) => {
        const { models, outbox } = workspace
        expect((await models.resolve(reference('flights@latest'))).tags).toEqual({ Request: 'behind-1' })
        expect((await models.versions('flights')).map(({ version }) => version)).toEqual([3, 2, 1])
        expect((await outbox.pending('x')).map(({ data }) => data.version)).toEqual([1, 2, 3])
        const entries = await trail(workspace)
        const times = entries.map(({ at }) => Date.parse(at))
        expect(times).toEqual([...times].sort((a, b) => b - a))
        expect(entries.map(({ seq }) => seq)).toEqual([1, 2, 3])
      })
    })
  },
)
