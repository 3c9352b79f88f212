import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { root } from '../../scripts/lib/sources.mjs'
import { nodes } from '../support/nodes.ts'

const packed = z.tuple([z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) })])
const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))

const folder = mkdtempSync(join(tmpdir(), 'trainyard-packed-'))
let files: string[] = []

beforeAll(() => {
  const stdout = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root, encoding: 'utf8' })
  const [{ filename, files: inside }] = packed.parse(JSON.parse(stdout))
  files = inside.map(({ path }) => path)
  execFileSync('tar', ['xzf', join(folder, filename), '-C', folder])
}, 60_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the npm package', () => {
  test('holds the command line, the router, the scoring server, schemas, the quickstart’s project, notices and licence, and nothing else of the checkout', () => {
    const others = files
      .filter((path) => !/^(dist\/cli|dist\/router|dist\/scoring|schemas|workflows-examples\/flights)\//.test(path))
      .sort()

    expect(others).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'])
    expect(files).toContain('dist/cli/THIRD-PARTY-NOTICES.txt')
    expect(files).toContain('dist/scoring/serve.mjs')
    expect(files).toContain('dist/router/router.mjs')
    // For editors, and for the quickstart.
    expect(files).toContain('schemas/trainyard.schema.json')
    expect(files).toContain('workflows-examples/flights/train.py')
    expect(files.filter((path) => /\.(csv|joblib|onnx|pyc)$/.test(path))).toEqual([])
  })

  test.each(nodes())('runs on $name from a folder that holds only what users download', ({ path }) => {
    const command = join(folder, 'package/dist/cli/trainyard.mjs')
    const { status, stdout, stderr } = spawnSync(path, [command, '--version'], {
      cwd: folder,
      encoding: 'utf8',
      env: {},
    })

    expect(stderr).toBe('')
    expect(stdout.trim()).toBe(version)
    expect(status).toBe(0)
  })
})
