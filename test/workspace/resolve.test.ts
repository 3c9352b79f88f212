import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeBulkFolder } from './bulk.ts'
import { bundleChild } from './children/bundle.ts'
import { startChild } from './children/run.ts'
import { openWorkspace } from '../../core/workspace/open.ts'
import { openOptions, reference, scratch } from './places.ts'
import { register, trail } from './records.ts'
import { treeOf } from '../../core/records/tree.ts'

let folder = ''
let url = ''

beforeAll(async () => {
  folder = scratch()
  url = join(folder, 'workspace')
  await writeBulkFolder(url, { versions: 10_000, models: 100, runEvery: Infinity })
})

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** What a process of its own prints, and which documents it reads; of entries it reads the newest few alone. */
async function ask(name: string): Promise<{ readonly lines: readonly string[]; readonly documents: number }> {
  const child = await bundleChild('resolve', folder)
  const preload = await bundleChild('count', folder)
  const args = ['--import', pathToFileURL(preload).href, child]
  const env = { ...process.env, TRAINYARD_COUNT_IN: url }
  const { lines, stderr } = await startChild(process.execPath, args, { url, folder, name }, env).ended
  const read = JSON.parse(stderr) as string[]
  const entries = read.filter((path) => path.startsWith('/entries/') && path.endsWith('.json'))
  const documents = read.filter((path) => path.startsWith('/documents/'))
  expect(entries.length).toBeGreaterThan(0)
  expect(entries.length).toBeLessThanOrEqual(34)
  expect(read.length - documents.length - entries.length).toBeLessThanOrEqual(20)
  return { lines, documents: documents.length }
}

test.each([
  ['flights@champion', '5000'],
  ['flights@latest', '10000'],
  ['flights@1', '1'],
])('a fresh process finds %s among 10,000 versions by reading few files', async (name, version) => {
  const { lines, documents } = await ask(name)

  expect(lines).toEqual([version])
  expect(documents).toBeGreaterThan(0)
  // The model, a page of versions, and the folders of keys above them.
  expect(documents).toBeLessThanOrEqual(6)
})

test.each([
  ['a page of versions', 50, '5000', 6],
  ['a page of models', 20, 'model-0051', 24],
  ['those with two tags', 1000, '9992', 110],
])('a fresh process lists %s among 10,000 by reading what it lists', async (name, count, first, most) => {
  const { lines, documents } = await ask(name)

  expect(lines).toHaveLength(count)
  expect(lines[0]).toBe(first)
  expect(documents).toBeLessThanOrEqual(most)
})

test('the newest of 10,000 versions with a tag are found, and the trail holds', async () => {
  const workspace = await openWorkspace(openOptions(url, folder, { intent: 'read' }))

  const found = await workspace.models.versions('flights', { tags: { Batch: '3' }, limit: 3 })
  expect(found.map(({ version }) => version)).toEqual([9993, 9983, 9973])
  expect((await workspace.models.resolve(reference('flights@champion'))).version).toBe(5000)
  expect(await trail(workspace)).toHaveLength(10_101)
  await workspace.close()
})

test('registering among 10,000 versions writes few documents of bounded size, and a short manifest', async () => {
  const sizes = await written(url)

  expect(sizes.length).toBeGreaterThan(0)
  expect(Math.max(...sizes)).toBeLessThan(100_000)
  expect(sizes.reduce((sum, size) => sum + size, 0) / registrations).toBeLessThan(64_000)
  const [manifest = ''] = readdirSync(join(url, 'checkpoints')).sort().reverse()
  expect(statSync(join(url, 'checkpoints', manifest)).size).toBeLessThan(16_000)
})

test('without any checkpoint, and with a damaged one, the entries alone give the same answers', async () => {
  const answers = async () => {
    const workspace = await openWorkspace(openOptions(url, folder, { intent: 'read' }))
    const { files } = await workspace.models.resolve(reference('flights@champion'))
    await workspace.close()
    return files.digest
  }
  const before = await answers()

  rmSync(join(url, 'documents'), { recursive: true })
  expect(await answers()).toBe(before)
  rmSync(join(url, 'checkpoints'), { recursive: true })
  expect(await answers()).toBe(before)
})

/** Enough for two checkpoints. */
const registrations = 64

/** The sizes of the documents that registrations leave behind. */
async function written(place: string): Promise<readonly number[]> {
  const before = new Set(filesIn(join(place, 'documents')))
  const workspace = await openWorkspace(openOptions(place, folder))
  for (let n = 0; n < registrations; n++) {
    const digest = `sha256:${n.toString(16).padStart(64, 'f')}` as const
    await register(workspace, treeOf([{ path: 'model.onnx', digest, size: n }]))
  }
  await workspace.close()
  return filesIn(join(place, 'documents'))
    .filter((path) => !before.has(path))
    .map((path) => statSync(path).size)
}

function filesIn(top: string): readonly string[] {
  return readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
}
