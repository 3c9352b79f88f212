import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Bench, failureOf, gate, said } from '../main/bench.ts'
import { needTool } from '../support/tools.ts'
import { criteriaFile, projectFile } from './a-comparison.ts'

const fixtures = join(import.meta.dirname, '../fixtures/onnx')
const oracle = JSON.parse(await readFile(join(fixtures, 'maps.json'), 'utf8')) as {
  readonly x: readonly (readonly number[])[]
  readonly models: Readonly<Record<string, { readonly label: string[] }>>
}

async function aModel(): Promise<Bench> {
  const { label = [] } = oracle.models['str3'] ?? {}
  const bench = await Bench.make({
    'trainyard.yml': projectFile,
    'm.onnx': await readFile(join(fixtures, 'map-str3.onnx')),
    'data.csv': ['id,a,b,y', ...label.map((one, row) => [`r${row}`, ...(oracle.x[row] ?? []), one].join(','))].join(
      '\n',
    ),
    'criteria.yml': criteriaFile([{ metric: 'logLoss', absolute: { max: 3 } }], {
      classes: ['hot', 'warm', 'cold'],
      features: ['a', 'b'],
    }),
  })
  await bench.version('kettle', 'm.onnx')
  return bench
}

/** A folder in whose node_modules this stands for onnxruntime-node. */
async function folderWith(code: string | undefined): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'trainyard-native-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  if (code === undefined) return folder
  await mkdir(join(folder, 'node_modules/onnxruntime-node'), { recursive: true })
  await writeFile(join(folder, 'node_modules/onnxruntime-node/index.js'), code)
  return folder
}

test('onnxruntime-node evaluates where it is asked for, maps and texts too, and agrees with wasm in six digits', async (context) => {
  const nativeRuntime = needTool(context, 'onnxruntime-node')
  await using bench = await aModel()
  const wasm = await bench.run(gate, { candidate: 'kettle@1' })

  const native = await bench.run(gate, { candidate: 'kettle@1', runtime: 'native', nativeRuntime })
  const again = await bench.run(gate, { candidate: 'kettle@1', runtime: 'auto', nativeRuntime })

  const [one, other] = [wasm, native].map(
    (host) => (JSON.parse(host.outputs.get('results') ?? '[]') as { candidate: number }[])[0]?.candidate,
  )
  expect(one).toBeGreaterThan(0)
  expect(other).toBeCloseTo(one ?? Number.NaN, 6)
  expect(native.summaryText).toMatch(/^kettle\\@1 was evaluated by onnxruntime-node 1\.\d+\.\d+ \(\w+-\w+\)\.$/m)
  expect(native.text).toMatch(/^kettle@1 is evaluated by onnxruntime-node 1\.\d+\.\d+ \(\w+-\w+\)$/m)
  // What wasm predicted is not what this build predicts.
  expect(native.text).not.toContain('are used again')
  expect(again.text).toContain('predictions of kettle@1 on data.csv were kept')
})

test('a folder without it is refused, and so is one in the checkout, which a pull request could fill', async () => {
  await using bench = await aModel()
  const empty = await folderWith(undefined)
  await bench.write({ 'node_modules/onnxruntime-node/index.js': 'throw new Error("was run")' })
  const native = { candidate: 'kettle@1', runtime: 'native' }

  const missing = await bench.run(gate, { ...native, nativeRuntime: empty })
  const inside = await bench.run(gate, { ...native, nativeRuntime: bench.folder })
  const unsaid = await bench.run(gate, native)

  expect(failureOf(missing)).toMatch(/TY0101[^]*native-runtime .* has no node_modules\/onnxruntime-node/)
  expect(failureOf(inside)).toMatch(/TY0101[^]*native-runtime .* lies in the checkout, which a pull request can fill/)
  expect(failureOf(unsaid)).toMatch(/TY0101[^]*native-runtime/)
})

test('one of another system is refused where it is demanded, and else told, and wasm takes its place', async () => {
  await using bench = await aModel()
  const nativeRuntime = await folderWith("throw new Error('wrong ELF class')")

  const demanded = await bench.run(gate, { candidate: 'kettle@1', runtime: 'native', nativeRuntime })
  const wished = await bench.run(gate, { candidate: 'kettle@1', runtime: 'auto', nativeRuntime })

  expect(failureOf(demanded)).toMatch(/holds an onnxruntime-node that cannot be loaded: wrong ELF class/)
  expect(said(wished, 'warning')).toContain(
    'onnxruntime-node cannot be loaded, so ONNX files are evaluated by wasm: wrong ELF class',
  )
  expect(wished.outputs.get('verdict')).not.toBe('error')
})
