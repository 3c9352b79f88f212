import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeBulkFolder } from './bulk.ts'
import { bundleChild } from './children/bundle.ts'
import { startChild } from './children/run.ts'
import { openWorkspace } from '../../core/workspace/open.ts'
import { openOptions, reference, scratch } from './places.ts'
import { trail } from './records.ts'

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

test.each([
  ['flights@champion', '5000'],
  ['flights@latest', '10000'],
  ['flights@1', '1'],
])('a fresh process finds %s among 10,000 versions by reading few files', async (name, version) => {
  const child = await bundleChild('resolve', folder)
  const preload = await bundleChild('count', folder)
  const args = ['--import', pathToFileURL(preload).href, child]
  const env = { ...process.env, TRAINYARD_COUNT_IN: url }
  const { lines, stderr } = await startChild(process.execPath, args, { url, folder, name }, env).ended

  expect(lines).toEqual([version])
  const read = JSON.parse(stderr) as string[]
  const entries = read.filter((path) => path.startsWith('/entries/') && path.endsWith('.json'))
  const documents = read.filter((path) => path.startsWith('/documents/'))
  expect(entries.length).toBeGreaterThan(0)
  expect(entries.length).toBeLessThanOrEqual(34)
  expect(documents.length).toBeGreaterThan(0)
  expect(documents.length).toBeLessThanOrEqual(6)
  expect(read.length).toBeLessThanOrEqual(64)
})

test('the newest of 10,000 versions with a tag are found, and the trail holds', async () => {
  const workspace = await openWorkspace(openOptions(url, folder, { intent: 'read' }))

  const found = await workspace.models.versions('flights', { tags: { Batch: '3' }, limit: 3 })
  expect(found.map(({ version }) => version)).toEqual([9993, 9983, 9973])
  expect((await workspace.models.resolve(reference('flights@champion'))).version).toBe(5000)
  expect(await trail(workspace)).toHaveLength(10_101)
  await workspace.close()
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
