import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { opsetOf } from '../../core/engines/onnx/opset.ts'
import { treeOf } from '../../core/records/tree.ts'
import { Receiver } from '../support/receiver.ts'
import { Bench, failureOf, fromFork, inCi, promote, register, said } from '../main/bench.ts'
import { trained } from '../main/trained.ts'

const onnx = (name: string) => readFile(join(import.meta.dirname, '../fixtures/onnx', `${name}.onnx`))

describe('the files of a run', () => {
  test('become the next version, in one entry with its event', async () => {
    await using bench = await Bench.make()
    const run = await trained(bench, { 'model/a.bin': 'a', 'model/b.bin': 'bb' })
    const before = (await bench.entries()).length

    const outputs = await bench.go(
      register,
      { model: 'kettle', run: `run:${run}`, description: 'With heat', tags: 'Stage=candidate, Team=tea' },
      { context: { ref: 'refs/heads/main', repository: 'acme/kettles' } },
    )

    const version = await bench.look(({ models }) => models.version('kettle', 1))
    expect(version).toMatchObject({
      model: 'kettle',
      version: 1,
      run,
      description: 'With heat',
      tags: { Stage: 'candidate', Team: 'tea' },
      ref: 'refs/heads/main',
      files: { files: [{ path: 'model/a.bin' }, { path: 'model/b.bin' }] },
    })
    expect(outputs).toEqual({
      version: '1',
      reference: 'kettle@1',
      digest: version.files.digest,
      isNew: 'true',
    })
    const entries = (await bench.entries()).slice(before)
    expect(entries.map(({ changes }) => changes)).toEqual([
      [`kettle@1 registered from run ${run}`, expect.stringMatching(/^event kettle-1-/) as string],
    ])
    await bench.look(async ({ outbox }) => {
      const events = (await outbox.pending('x')).filter(({ type }) => type === 'dev.trainyard.model.registered')
      expect(events).toMatchObject([
        {
          subject: 'kettle@1',
          ref: 'refs/heads/main',
          source: '/trainyard/acme/kettles',
          data: { model: 'kettle', version: 1, run, digest: version.files.digest, repository: 'acme/kettles' },
        },
      ])
    })
  })

  test('are one version, whoever registers them how often', async () => {
    await using bench = await Bench.make()
    const run = await trained(bench, { 'model/a.bin': 'a' })
    const inputs = { model: 'kettle', run: `run:${run}` }
    const context = inCi('github/acme/kettles/1/register')
    await bench.go(register, inputs, { context })
    const before = await bench.entries()

    const sameJob = await bench.go(register, inputs, { context })
    const newAttempt = await bench.go(register, inputs, { context: { ...context, attempt: 2 } })
    const laptop = await bench.run(register, inputs)

    for (const again of [sameJob, newAttempt, Object.fromEntries(laptop.outputs)])
      expect(again).toMatchObject({ version: '1', isNew: 'false' })
    expect(laptop.ended?.message).toBe('kettle@1 was registered before; nothing changed')
    expect(laptop.summaryText).toContain('### `kettle@1` was registered before')
    expect(await bench.entries()).toEqual(before)
  })

  test.each<[string, Parameters<typeof trained>[2], RegExp]>([
    ['failed', { state: 'failed' }, /run:r-\w+ failed: only a run that succeeded has files/],
    ['was cancelled', { state: 'cancelled' }, /run:r-\w+ was cancelled: only/],
    ['is lost', { deadline: '2026-01-01T00:00:00.000Z', state: undefined }, /run:r-\w+ is lost: it did not end/],
    ['is running', { state: undefined }, /run:r-\w+ is still running: only/],
    ['wrote nothing', { artifacts: treeOf([]) }, /run .*names a run that wrote no files/],
    ['trained another model', { model: 'toaster' }, /run "run:r-\w+" is of the model toaster, not kettle/],
  ])('are refused when it %s', async (_, how, words) => {
    await using bench = await Bench.make()
    const run = await trained(bench, { 'model/a.bin': 'a' }, how)
    const before = await bench.entries()

    const host = await bench.run(register, { model: 'kettle', run: `run:${run}` })

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toMatch(words)
    expect(await bench.entries()).toEqual(before)
  })

  test.each([
    ['run:r-nobody', /TY0205[^]*no run is called r-nobody/],
    ['kettle@1', /run is not a run/],
  ])('are refused for %s', async (run, words) => {
    await using bench = await Bench.make()

    const host = await bench.run(register, { model: 'kettle', run })

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toMatch(words)
  })
})

describe('files that were trained elsewhere', () => {
  test('become a version with all of them', async () => {
    await using bench = await Bench.make({ 'out/a.bin': 'a', 'out/deep/b.bin': 'b', 'out/log.txt': 'no' })

    await bench.go(register, { model: 'kettle', files: 'out/**, !**/*.txt' })

    const { files, run } = await bench.look(({ models }) => models.version('kettle', 1))
    expect(files.files.map(({ path }) => path)).toEqual(['out/a.bin', 'out/deep/b.bin'])
    expect(run).toBeUndefined()
  })

  test('are one version for the same job, and another for the next: nobody says that they are the same', async () => {
    await using bench = await Bench.make({ 'a.bin': 'a' })
    const inputs = { model: 'kettle', files: 'a.bin' }

    const versions = [
      await bench.go(register, inputs, { context: inCi('one') }),
      await bench.go(register, inputs, { context: inCi('one') }),
      await bench.go(register, inputs, { context: inCi('two') }),
    ]

    expect(versions.map(({ version }) => version)).toEqual(['1', '1', '2'])
  })

  test('are refused where nothing matches, and where they are asked for beside a run', async () => {
    await using bench = await Bench.make({ 'a.bin': 'a' })

    const none = await bench.run(register, { model: 'kettle', files: 'b.bin' })
    const both = await bench.run(register, { model: 'kettle', files: 'a.bin', run: 'run:r-1' })
    const neither = await bench.run(register, { model: 'kettle' })

    expect(failureOf(none)).toMatch(/files match no file below .*checkout/)
    expect([none, both, neither].map(({ ended }) => ended?.exitCode)).toEqual([2, 2, 2])
    expect(await bench.entries()).toEqual([])
  })
})

describe('what a version refers to', () => {
  test('its parent is remembered by number, whatever alias named it', async () => {
    await using bench = await Bench.make({ 'a.bin': 'a', 'b.bin': 'b' })
    await bench.version('kettle', 'a.bin')
    await bench.go(promote, { candidate: 'kettle@1', force: 'true', reason: 'the first' })

    await bench.go(register, { model: 'kettle', files: 'b.bin', parent: 'kettle@champion' })

    expect((await bench.look(({ models }) => models.version('kettle', 2))).parent).toBe('kettle@1')
  })

  test.each([
    [{ parent: 'kettle@7' }, /kettle has no version 7/],
    [{ parent: 'kettle@champion' }, /kettle@champion names no version/],
    [{ datasets: 'flights@3' }, /TY0205/],
  ])('must be there: %o', async (inputs, words) => {
    await using bench = await Bench.make({ 'a.bin': 'a' })
    await bench.version('kettle', 'a.bin')

    const host = await bench.run(register, { model: 'kettle', files: 'a.bin', ...inputs })

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toMatch(words)
  })
})

describe('the signature', () => {
  test('is read from the only ONNX file, and shown', async () => {
    await using bench = await Bench.make({ 'm/flights.onnx': await onnx('flights'), 'm/readme.md': '#' })

    const host = await bench.run(register, { model: 'flights', files: 'm/**' })

    const { signature } = await bench.look(({ models }) => models.version('flights', 1))
    expect(signature?.inputs).toEqual([
      { name: 'dep_delay', type: 'float32', shape: [-1, 1] },
      { name: 'distance', type: 'float32', shape: [-1, 1] },
      { name: 'carrier', type: 'string', shape: [-1, 1] },
    ])
    expect(signature?.opset).toBe(opsetOf(await onnx('flights')))
    expect(signature?.opset).toBeGreaterThan(0)
    expect(host.summaryText).toContain('`carrier: string`')
  })

  test('of two ONNX files is nobody’s', async () => {
    await using bench = await Bench.make({ 'm/a.onnx': await onnx('free'), 'm/b.onnx': await onnx('fixed') })

    await bench.go(register, { model: 'flights', files: 'm/**' })

    expect((await bench.look(({ models }) => models.version('flights', 1))).signature).toBeUndefined()
  })

  test.each(['unknown-operator', 'cut off'])('of a file that cannot be opened (%s) is left out aloud', async (name) => {
    const bytes = name === 'cut off' ? (await onnx('flights')).subarray(0, 2000) : await onnx(name)
    await using bench = await Bench.make({ 'm.onnx': bytes })

    const host = await bench.run(register, { model: 'flights', files: 'm.onnx' })

    expect(host.ended?.exitCode).toBe(0)
    expect(said(host, 'warning')).toMatch(/No signature was read: m.onnx/)
  })
})

describe('who may register', () => {
  test('not the pull request of a fork', async () => {
    await using bench = await Bench.make({ 'a.bin': 'a' })

    const host = await bench.run(register, { model: 'kettle', files: 'a.bin' }, { context: fromFork })

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toMatch(/TY0211[^]*refs\/pull\/7\/merge may not register a model: it is the pull request/)
    expect(await bench.entries()).toEqual([])
  })

  test('a dry run says what it would have registered, and delivers nothing', async () => {
    await using bench = await Bench.make({
      'a.bin': 'a',
      'trainyard.yml': `version: 1
models: { kettle: { path: a.bin } }
triggers: [{ name: tell, refs: ['**'], fire: { webhook: { url: 'http://127.0.0.1:9/' } } }]
`,
    })

    const host = await bench.run(register, { files: 'a.bin', dryRun: 'true', deliver: 'true' })

    expect(host.ended?.exitCode).toBe(0)
    expect(host.outputs.get('reference')).toBe('kettle@1')
    expect(host.summaryText).toMatch(/### Not recorded[^]*kettle@1 registered/)
    expect(said(host, 'warning')).toBe('')
    expect(await bench.entries()).toEqual([])
  })
})

test('a registration that delivers starts the releases at once, and again sends nothing twice', async () => {
  await using receiver = await Receiver.start()
  await using bench = await Bench.make({
    'a.bin': 'a',
    'trainyard.yml': `version: 1
models: { kettle: { path: a.bin } }
triggers: [{ name: tell, refs: ['**'], fire: { webhook: { url: '${receiver.url}' } } }]
`,
  })
  const inputs = { files: 'a.bin', deliver: 'true' }

  const first = await bench.run(register, inputs, { context: inCi('one') })
  const again = await bench.run(register, inputs, { context: inCi('one') })

  expect([first, again].map(({ ended }) => ended?.exitCode)).toEqual([0, 0])
  expect(receiver.received).toHaveLength(1)
  expect(receiver.acted).toMatchObject([{ event: 'model.registered', model: { name: 'kettle', version: '1' } }])
})
