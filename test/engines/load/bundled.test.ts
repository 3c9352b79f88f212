import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { build } from '../../../scripts/lib/bundle.mjs'
import { root } from '../../../scripts/lib/sources.mjs'
import { nodes } from '../../support/nodes.ts'
import { LoadedServer } from './start-server.ts'

const run = promisify(execFile)
let folder = ''

beforeAll(async () => {
  mkdirSync(join(root, '.cache'), { recursive: true })
  folder = mkdtempSync(join(root, '.cache', 'load-'))
  const input = { driver: 'test/engines/load/driver.ts', 'load-generator': 'core/engines/load/generator/main.ts' }
  await build({ folder: relative(root, folder), input, banner: '' })
})

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('the bundled load generator', () => {
  it.each(nodes())('runs on $name from beside the chunks, with nothing of the source', async ({ path }) => {
    await using server = await LoadedServer.start('well')
    const { stdout } = await run(path, [join(folder, 'driver.mjs'), server.url, String(server.pid)], { cwd: '/' })

    const result = JSON.parse(stdout) as { counts: { due: number } }
    expect(result.counts.due).toBeGreaterThan(100)
    expect(result).toEqual({
      kind: 'measured',
      counts: { due: result.counts.due, statuses: { '200': result.counts.due }, errors: {}, timedOut: 0 },
      hasResources: true,
    })
  })
})
