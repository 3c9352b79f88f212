import { spawnSync } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { packageTree, readPackage } from '../../core/scoring/client/packaged.ts'
import { failureOf, inCi } from '../main/bench.ts'
import { trained } from '../main/trained.ts'
import { filesIn } from '../packed/unpacked.ts'
import { nodes } from '../support/nodes.ts'
import { aScene, infer, onnx, oracle, packaging, served } from './a-scene.ts'

const flights = { candidate: 'flights@1' }

/** The rows of `sums.csv` and their sums. */
const sums = { name: 'x', datatype: 'FP32', shape: [2, 2], data: [1, 2, 7, 7] }

describe('a package', () => {
  test('holds the server, its configuration and the model file that is served, and nothing else', async () => {
    await using bench = await aScene()

    const outputs = await bench.go(packaging, flights)

    const folder = join(bench.folder, 'package')
    const files = filesIn(folder)
    expect(files.filter((file) => !/^(ort[\w.-]+|serve)\.(mjs|wasm)$/.test(file))).toEqual([
      'THIRD-PARTY-NOTICES.txt',
      'models/flights/1/flights.onnx',
      'serve.json',
    ])
    expect(JSON.parse(await readFile(join(folder, 'serve.json'), 'utf8'))).toMatchObject({
      models: [{ name: 'flights', version: 1, file: 'models/flights/1/flights.onnx' }],
      maxQueue: 64,
      port: 8080,
      noticeMs: 250,
    })
    const tree = await packageTree(folder)
    expect(outputs).toMatchObject({ folder, digest: tree.digest, reference: 'flights@1' })
    expect(tree.files.length).toBe(files.length)
  })

  test.each(nodes())('answers on $name as scikit-learn predicts', async ({ path }) => {
    await using bench = await aScene()
    const { folder = '' } = await bench.go(packaging, flights)
    await using server = await served(path, folder)

    const { dep_delay: delay, distance, carrier } = oracle.columns
    const [, probabilities = []] = (await infer(server.url, 'flights', [
      { name: 'dep_delay', datatype: 'FP32', shape: [20, 1], data: delay },
      { name: 'distance', datatype: 'FP32', shape: [20, 1], data: distance },
      { name: 'carrier', datatype: 'BYTES', shape: [20, 1], data: carrier },
    ])) as readonly (readonly number[])[]

    expect(probabilities.length).toBe(40)
    for (const [at, probability] of oracle.probabilities.entries())
      expect(probabilities[at]).toBeCloseTo(probability, 5)
  })

  test('of the same version and configuration is the same, byte for byte, from whatever folder', async () => {
    await using one = await aScene()
    await using other = await aScene()
    await other.write({ 'plain.yml': 'version: 1\nmaxQueue: 63\n' })

    const { digest } = await one.go(packaging, flights)
    const again = await other.go(packaging, { ...flights, folder: 'out/elsewhere' })
    const changed = await other.go(packaging, { ...flights, configuration: 'plain.yml' })

    expect(again['digest']).toBe(digest)
    expect(changed['digest']).not.toBe(digest)
  })

  test('of several versions serves each under its own name', async () => {
    await using bench = await aScene()
    await bench.write({ 'model/flights.onnx': await onnx('zipmap') })
    const { folder = '' } = await bench.go(packaging, { ...flights, also: 'sums@latest' })
    await using server = await served(process.execPath, folder)

    const [answer] = await infer(server.url, 'sums/versions/1', [sums])

    expect(answer).toEqual([3, 14])
    expect((await fetch(`${server.url}/v2/models/flights/versions/1/ready`)).status).toBe(200)
    const { config } = await readPackage(folder)
    expect(config.models.map(({ name, version }) => `${name}@${version}`)).toEqual(['flights@1', 'sums@1'])
  })

  test('whose model file was changed does not serve it, and says so', async () => {
    await using bench = await aScene()
    const { folder = '' } = await bench.go(packaging, flights)
    const model = join(folder, 'models/flights/1/flights.onnx')
    await writeFile(model, (await readFile(model)).subarray(1))

    const { status, stdout } = spawnSync(process.execPath, ['serve.mjs', '--port', '0'], {
      cwd: folder,
      encoding: 'utf8',
    })

    expect(status).toBe(2)
    expect(stdout).toContain('is not the file that was packaged')
  })
})

describe('the evidence', () => {
  test('says of each version which package served it, and what the smoke test found', async () => {
    await using bench = await aScene()

    const { digest } = await bench.go(packaging, { ...flights, also: 'sums@1' })

    await bench.look(async ({ models, evidence }) => {
      for (const name of ['flights', 'sums']) {
        const [record] = await evidence.about((await models.version(name, 1)).files.digest, 'package')
        expect(await evidence.read(record?.id ?? 'sha256:')).toMatchObject({
          predicateType: 'https://trainyard.dev/evidence/package/v1',
          subject: [{ name: `${name}@1` }],
          predicate: {
            package: { digest },
            models: [{ reference: 'flights@1' }, { reference: 'sums@1' }],
            serving: { engine: expect.stringContaining('wasm') as string },
            configuration: { file: 'serve.yml' },
            smoke: {
              rows: 23,
              maxDifference: expect.closeTo(0, 5) as number,
              data: [{ file: 'flights.csv' }, { file: 'sums.csv' }],
            },
          },
        })
      }
    })
  })

  test('is recorded once, however often the step runs, and the package stays whole', async () => {
    await using bench = await aScene()
    const options = { context: inCi('github/acme/flights/1/package') }

    const first = await bench.go(packaging, flights, options)
    const second = await bench.go(packaging, flights, options)

    expect(second).toEqual(first)
    expect((await bench.entries()).filter(({ changes }) => changes.some((text) => /package/.test(text))).length).toBe(1)
  })

  test('is not recorded in a dry run, which makes the package all the same', async () => {
    await using bench = await aScene()
    const before = await bench.entries()

    const host = await bench.run(packaging, { ...flights, dryRun: 'true' })

    expect(host.ended?.exitCode).toBe(0)
    expect(host.summaryText).toContain('Not recorded')
    expect(await bench.entries()).toEqual(before)
    expect(await readdir(join(bench.folder, 'package'))).toContain('serve.mjs')
  })
})

test('the page says what is in the package and how it is started', async () => {
  await using bench = await aScene()

  const host = await bench.run(packaging, flights)

  expect(host.summaryText).toContain('### 📦 `flights@1` is packaged')
  expect(host.summaryText).toContain('| started by | `node package/serve.mjs` |')
  expect(host.summaryText).toContain('| smoke test | 20 rows of `flights.csv`, largest difference 0 |')
  expect(host.summaryText).toContain('| `flights@1` | `/v2/models/flights/versions/1` |')
})

test.each(['types', 'fixed', 'mean', 'zipmap'])(
  'the model %s is packaged, whatever its shapes and types',
  async (name) => {
    await using bench = await aScene({
      'odd/odd.onnx': await onnx(name),
      'odd.csv':
        'b,f64,i8,i32,i64,s,u8,p,q\ntrue,1.5,-3,70000,9007199254740991,"a ""b""",255,1,2\nfalse,,4,5,6,é,7,3,4\n',
      'odd.yml': JSON.stringify({ data: { file: 'odd.csv', features: ['p', 'q'] } }),
    })
    await bench.version('odd', 'odd/**')
    const given = name === 'types' || name === 'zipmap' ? {} : { criteria: 'odd.yml' }

    const host = await bench.run(packaging, {
      candidate: 'odd@1',
      data: name === 'zipmap' ? 'flights.csv' : 'odd.csv',
      ...given,
    })

    expect(failureOf(host)).toBe('')
  },
)

describe('is refused', () => {
  test('a run, what is no reference, and what was named already, all in one error', async () => {
    await using bench = await aScene()
    const run = await trained(bench, { 'model/a.onnx': 'a' })

    const host = await bench.run(packaging, { ...flights, also: `run:${run}, flights, flights@1, flights@latest` })

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toContain(`also "run:${run}" is a run: register it`)
    expect(failureOf(host)).toContain('also "flights" is not a model reference')
    expect(failureOf(host)).toContain('also "flights@1" names flights@1 a second time')
    expect(failureOf(host)).toContain('also "flights@latest" names flights@1 a second time')
  })

  test.each([
    ['no ONNX file', { 'other/a.pkl': 'a' }, 'has no ONNX file'],
    ['two ONNX files', { 'other/a.onnx': 'a', 'other/b.onnx': 'b' }, 'several ONNX files (other/a.onnx, other/b.onnx)'],
  ])('a version with %s', async (_, files, words) => {
    await using bench = await aScene(files)
    await bench.version('other', 'other/**')

    const host = await bench.run(packaging, { candidate: 'other@1' })

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toContain(words)
  })

  test('a folder with other files in it, which stay', async () => {
    await using bench = await aScene({ 'mine/thesis.txt': 'years of work' })

    const host = await bench.run(packaging, { ...flights, folder: 'mine' })

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toContain('holds other files, which are not replaced')
    expect(await readdir(join(bench.folder, 'mine'))).toEqual(['thesis.txt'])
  })

  test('a Dockerfile of one’s own, for now', async () => {
    await using bench = await aScene({ 'serve.yml': 'version: 1\ndockerfile: Dockerfile\n' })

    const host = await bench.run(packaging, flights)

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toContain('a Dockerfile of your own cannot be used yet')
  })

  test('a model without rows to try it with', async () => {
    await using bench = await aScene()
    await bench.version('lone', 'sums/**')

    const host = await bench.run(packaging, { candidate: 'lone@1' })

    expect(failureOf(host)).toContain('data is missing, and trainyard.yml names no criteria for lone')
  })

  test('data that does not fit the model', async () => {
    await using bench = await aScene()

    const host = await bench.run(packaging, { ...flights, data: 'sums.csv' })

    expect(failureOf(host)).toContain('lacks columns that the model takes: dep_delay, distance, carrier')
  })
})

test('a package that does not serve is not kept: its log is shown, nothing is recorded, and the older one stays', async () => {
  await using bench = await aScene()
  const { digest } = await bench.go(packaging, flights)
  await bench.write({ 'serve.yml': 'version: 1\nengine: native\n' })
  const before = await bench.entries()

  const host = await bench.run(packaging, flights)

  expect(host.ended?.exitCode).toBe(2)
  expect(failureOf(host)).toContain('TY0404')
  expect(failureOf(host)).toContain('engine is native, and onnxruntime-node is not in node_modules beside the server')
  expect(await bench.entries()).toEqual(before)
  expect((await readPackage(join(bench.folder, 'package'))).digest).toBe(digest)
  // Neither is what was begun.
  expect((await readdir(bench.folder)).filter((name) => name.includes('.part'))).toEqual([])
})

test('an older package gives way with all its files, and an empty folder is used', async () => {
  await using bench = await aScene()
  await mkdir(join(bench.folder, 'empty'))
  const { digest } = await bench.go(packaging, { candidate: 'sums@1' })

  await bench.go(packaging, flights)
  const elsewhere = await bench.go(packaging, { candidate: 'sums@1', folder: 'empty' })

  expect(await readdir(join(bench.folder, 'package/models'))).toEqual(['flights'])
  expect(elsewhere['digest']).toBe(digest)
})
