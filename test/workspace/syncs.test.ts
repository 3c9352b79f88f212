import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { bundleChild } from './children/bundle.ts'
import { startChild } from './children/run.ts'
import { scratch } from './places.ts'

/** What a registration in a folder of its own process syncs and names, in order; the names of digests and temporary files left out. */
async function registration(folder: string, name: string): Promise<readonly string[]> {
  const url = join(folder, 'workspace')
  const child = await bundleChild('register', folder)
  const preload = await bundleChild('syncs', folder)
  const args = ['--import', pathToFileURL(preload).href, child]
  const env = { ...process.env, TRAINYARD_COUNT_IN: url }
  const { stderr } = await startChild(process.execPath, args, { url, folder, name, count: 1 }, env).ended
  const seen = JSON.parse(stderr) as string[]
  return seen.map((line) => line.replace(/\/temporary\/.+/, '/temporary/*').replace(/\/files\/.*/, '/files/*'))
}

test('a registration syncs what its promises need, in the order that they need, and nothing else', async () => {
  const folder = scratch()
  try {
    const begin = ['sync /temporary/*', 'name /trainyard.json', 'sync /']
    // The bytes before their name, the name before the entry that refers to it; the folders above, whoever made them.
    const bytes = ['sync /temporary/*', 'name /files/*', 'sync /files/*', 'sync /files', 'sync /']
    const place = (n: number) => [
      'sync /temporary/*',
      `name /entries/000000/000000000${n}.json`,
      'sync /entries/000000',
    ]
    const above = ['sync /entries', 'sync /']
    expect(await registration(folder, 'first')).toEqual([...begin, ...bytes, ...place(1), ...above])
    expect(await registration(folder, 'second')).toEqual([...bytes, ...place(2), ...above])
    // The same bytes are not written and synced again, but their name is: its writer may not have lived to do it.
    expect(await registration(folder, 'second')).toEqual(['sync /files/*', 'sync /files', 'sync /'])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
