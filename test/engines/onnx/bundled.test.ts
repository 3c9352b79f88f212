import { execFileSync } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { build } from '../../../scripts/lib/bundle.mjs'
import { root } from '../../../scripts/lib/sources.mjs'
import { nodes } from '../../support/nodes.ts'

let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trainyard-onnx-'))
  const module = (path: string) => JSON.stringify(join(root, path))
  const source = `
    import { readFileSync } from 'node:fs'
    import { openModel } from ${module('core/engines/onnx/model.ts')}
    const model = await openModel(readFileSync(process.argv[2]))
    const { y } = await model.predict({ x: Float32Array.of(1, 2, 3, 4) }, 2)
    await model.close()
    console.log(JSON.stringify([...y.data]))`
  await writeFile(join(folder, 'entry.mjs'), source)
  const input = { main: relative(root, join(folder, 'entry.mjs')) }
  await build({ folder: relative(root, join(folder, 'dist')), input, banner: '' })
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

describe('the runtime in a bundle, far from any node_modules', () => {
  test.each(nodes())('runs on $name', ({ path }) => {
    const model = join(root, 'test/fixtures/onnx/free.onnx')

    // No network, no PATH, no home: the bundle's folder has all that it needs.
    const output = execFileSync(path, [join(folder, 'dist/main.mjs'), model], {
      cwd: folder,
      env: {},
      encoding: 'utf8',
    })

    expect(output).toBe('[3,7]\n')
  })

  test.each(nodes())('runs on $name from a file that is packed, as the extension brings it', async ({ path }) => {
    const packed = join(folder, path.replaceAll(/\W/g, '-'))
    await cp(join(folder, 'dist'), packed, { recursive: true })
    const wasm = join(packed, 'ort-wasm-simd-threaded.wasm')
    const fast = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }
    await writeFile(`${wasm}.br`, brotliCompressSync(await readFile(wasm), fast))
    await rm(wasm)
    const args = [join(packed, 'main.mjs'), join(root, 'test/fixtures/onnx/free.onnx')]

    expect(execFileSync(path, args, { cwd: folder, env: {}, encoding: 'utf8' })).toBe('[3,7]\n')
  })

  test('is loaded by a chunk of its own', async () => {
    const files = await readdir(join(folder, 'dist'))

    expect(files).toContain('ort-wasm-simd-threaded.wasm')
    expect(files.filter((name) => name.endsWith('.mjs')).length).toBeGreaterThan(1)
  })
})
