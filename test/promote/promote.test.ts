import { describe, expect, test } from 'vitest'
import { main } from '../../core/main/main.ts'
import { statement } from '../../core/records/evidence.ts'
import { aComparison, byFiles, criteriaFile } from '../compare-and-gate/a-comparison.ts'
import { type Bench, failureOf, fromFork, gate, inCi, promote, register, said } from '../main/bench.ts'
import { trained } from '../main/trained.ts'

async function champion(bench: Bench): Promise<number | undefined> {
  return (await bench.look(({ models }) => models.find('kettle')))?.aliases['champion']
}

describe('a version that passed a gate', () => {
  test('becomes champion in one entry, with statement and event', async () => {
    await using bench = await aComparison()
    const { evidence = '' } = await bench.go(gate, byFiles)
    const before = (await bench.entries()).length

    const host = await bench.run(promote, { candidate: 'kettle@2' }, { context: { ref: 'refs/heads/main' } })

    expect(host.ended).toMatchObject({ result: 'succeeded', message: 'kettle@2 is champion now (before: kettle@1)' })
    expect(Object.fromEntries(host.outputs)).toEqual({ version: '2', previous: '1', moved: 'true' })
    expect(host.summaryText).toContain('### ✅ `kettle@2` is `champion` now')
    const entries = (await bench.entries()).slice(before)
    expect(entries.map(({ changes }) => changes)).toEqual([
      [
        `kettle: champion moved from 1 to 2: passed the gate, evidence ${evidence}`,
        expect.stringMatching(/^evidence of promotion about/) as string,
        expect.stringMatching(/^event kettle-2-/) as string,
      ],
    ])
    await bench.look(async ({ models, evidence: all, outbox }) => {
      const { files } = await models.version('kettle', 2)
      const [promotion] = await all.about(files.digest, 'promotion')
      expect(await all.read(promotion?.id ?? 'sha256:')).toMatchObject({
        _type: 'https://in-toto.io/Statement/v1',
        predicateType: 'https://trainyard.dev/evidence/promotion/v1',
        subject: [{ name: 'kettle@2', digest: { sha256: files.digest.slice(7) } }],
        predicate: { model: 'kettle', version: 2, from: 1, gate: evidence },
      })
      const events = (await outbox.pending('x')).filter(({ type }) => type === 'dev.trainyard.model.promoted')
      expect(events.at(-1)).toMatchObject({ subject: 'kettle@2', ref: 'refs/heads/main' })
      expect((await models.find('kettle'))?.history.at(-1)).toMatchObject({
        from: 1,
        to: 2,
        by: { name: 'tester' },
        why: `passed the gate, evidence ${evidence}`,
      })
    })
  })

  test('is found by whatever gate judged its bytes: the run before it was registered', async () => {
    await using bench = await aComparison()
    const run = await trained(bench, { 'model/m.bin': 'three' })
    await bench.go(gate, { ...byFiles, candidate: `run:${run}` })
    await bench.go(register, { model: 'kettle', run: `run:${run}` })

    expect(await bench.go(promote, { candidate: 'kettle@latest' })).toMatchObject({ version: '3', moved: 'true' })
  })

  test('says why it was promoted, in the words that were given', async () => {
    await using bench = await aComparison()
    await bench.go(gate, byFiles)

    await bench.go(promote, { candidate: 'kettle@2', reason: 'holiday season' })

    const model = await bench.look(({ models }) => models.find('kettle'))
    expect(model?.history.at(-1)?.why).toBe('holiday season')
    expect(model?.history.at(-1)?.isForced).toBeUndefined()
  })

  test('moves the alias that is asked for, and no other', async () => {
    await using bench = await aComparison()
    await bench.go(gate, byFiles)

    const outputs = await bench.go(promote, { candidate: 'kettle@2', alias: 'staging' })

    expect(outputs).toEqual({ version: '2', moved: 'true' })
    expect(await bench.look(({ models }) => models.find('kettle'))).toMatchObject({
      aliases: { champion: 1, staging: 2 },
    })
  })

  test('that was compared with another champion is promoted with a warning', async () => {
    await using bench = await aComparison({ 'three.bin': 'three' })
    await bench.go(gate, byFiles)
    await bench.version('kettle', 'three.bin')
    await bench.go(promote, { candidate: 'kettle@3', force: 'true', reason: 'meanwhile' })

    const host = await bench.run(promote, { candidate: 'kettle@2' })

    expect(host.ended).toMatchObject({ result: 'warned', exitCode: 0 })
    expect(host.ended?.message).toContain('The gate compared it with kettle@1, and it replaces kettle@3')
    expect(host.summaryText).toContain('nobody has compared the two')
  })

  test('by criteria that changed meanwhile is promoted with a warning', async () => {
    await using bench = await aComparison()
    await bench.go(gate, byFiles)
    await bench.write({ 'criteria.yml': criteriaFile([{ metric: 'accuracy', absolute: { min: 0.99 } }]) })

    const host = await bench.run(promote, { candidate: 'kettle@2' })

    expect(host.ended).toMatchObject({ result: 'warned', exitCode: 0 })
    expect(host.ended?.message).toMatch(
      /criteria\.yml has changed since the gate judged by it \([0-9a-f]{12} then, [0-9a-f]{12} now\)/,
    )
  })

  test('by a criteria file that the project does not name is promoted with a warning', async () => {
    await using bench = await aComparison({
      'lenient.yml': criteriaFile([{ metric: 'accuracy', absolute: { min: 0.1 } }]),
    })
    await bench.go(gate, { ...byFiles, criteria: 'lenient.yml' })

    const host = await bench.run(promote, { candidate: 'kettle@2' })

    expect(host.ended?.message).toContain('The gate judged by lenient.yml, and the project names criteria.yml')
  })
})

describe('a promotion is refused', () => {
  test.each([
    ['without any gate', undefined, /TY0303[^]*kettle@2: no gate has judged these files/],
    ['after a gate that failed', 'bad.csv', /TY0303[^]*kettle@2: the newest gate says fail/],
  ])('%s', async (_, predictions, words) => {
    await using bench = await aComparison()
    if (predictions !== undefined) await bench.run(gate, { ...byFiles, candidatePredictions: predictions })
    const before = await bench.entries()

    const host = await bench.run(promote, { candidate: 'kettle@2' })

    expect(host.ended).toMatchObject({ result: 'failed', exitCode: 3 })
    expect(failureOf(host)).toMatch(words)
    expect(Object.fromEntries(host.outputs)).toEqual({ version: '1', moved: 'false' })
    expect(host.summaryText).toContain('### ❌ `kettle@2` was not promoted')
    expect(await bench.entries()).toEqual(before)
  })

  test('by the newest gate: what passed, failed and passes again is promoted', async () => {
    await using bench = await aComparison()
    const gateBy = (candidatePredictions: string) => bench.run(gate, { ...byFiles, candidatePredictions })
    await gateBy('candidate.csv')
    await gateBy('bad.csv')
    expect((await bench.run(promote, { candidate: 'kettle@2' })).ended?.exitCode).toBe(3)
    await gateBy('candidate.csv')

    expect(await bench.go(promote, { candidate: 'kettle@2' })).toMatchObject({ moved: 'true' })
  })

  test('after a gate with evidence of an unknown form, though an older one passed', async () => {
    await using bench = await aComparison()
    await bench.go(gate, byFiles)
    await bench.record('other', async ({ models, evidence }) => {
      const { files } = await models.version('kettle', 2)
      await evidence.add(statement('gate', { name: 'kettle@2', digest: files.digest }, { model: 'kettle', verdict: 9 }))
    })

    const host = await bench.run(promote, { candidate: 'kettle@2' })

    expect(failureOf(host)).toContain('its evidence has a form that this release does not read')
  })

  test('after a gate about other files, of which these were the data', async () => {
    await using bench = await aComparison()
    const other = `sha256:${'0'.repeat(64)}` as const
    await bench.record('other', async ({ models, evidence }) => {
      const { files } = await models.version('kettle', 2)
      const passed = statement('gate', { name: 'x', digest: other }, { model: 'kettle', verdict: { kind: 'pass' } })
      await evidence.addJudgement(passed, { model: 'kettle', data: files.digest, candidate: other, question: other }, 0)
    })

    const host = await bench.run(promote, { candidate: 'kettle@2' })

    expect(host.ended).toMatchObject({ result: 'failed', exitCode: 3 })
    expect(failureOf(host)).toContain('its evidence is about other files')
  })

  test('by another model’s gate, though the bytes are the same', async () => {
    await using bench = await aComparison({
      'criteria.yml': criteriaFile([{ metric: 'accuracy', absolute: { min: 0.1 } }]),
    })
    await bench.version('toaster', 'two.bin')
    await bench.go(gate, {
      model: 'toaster',
      candidate: 'toaster@1',
      candidatePredictions: 'bad.csv',
      criteria: 'criteria.yml',
    })

    const host = await bench.run(promote, { candidate: 'kettle@2' })

    expect(failureOf(host)).toContain('no gate has judged these files')
  })

  test.each<[Record<string, string>, RegExp]>([
    [{ candidate: 'kettle@9' }, /TY0205[^]*kettle has no version 9/],
    [{ candidate: 'run:r-1' }, /candidate "run:r-1" is a run: register it, then promote the version/],
    [{ candidate: 'kettle@2', alias: 'latest' }, /alias "latest" always names the newest version/],
    [{ candidate: 'kettle@2', force: 'true' }, /reason/],
  ])('for %o', async (inputs, words) => {
    await using bench = await aComparison()

    const host = await bench.run(promote, inputs)

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toMatch(words)
    expect(await champion(bench)).toBe(1)
  })

  test('from the pull request of a fork', async () => {
    await using bench = await aComparison()
    await bench.go(gate, byFiles)

    const host = await bench.run(promote, { candidate: 'kettle@2' }, { context: fromFork })

    expect(failureOf(host)).toMatch(/TY0211[^]*may not promote a model/)
    expect(await champion(bench)).toBe(1)
  })

  test('when the alias moves between reading and writing: the other’s move stays', async () => {
    await using bench = await aComparison({ 'three.bin': 'three' })
    await bench.version('kettle', 'three.bin')
    await bench.go(gate, byFiles)
    const host = bench.host({ candidate: 'kettle@2' })
    const exec = host.exec.bind(host)
    // The step has read the alias when it asks git for the last time before it writes.
    const meanwhile: typeof exec = async (...call) => {
      Object.assign(host, { exec })
      await bench.go(promote, { candidate: 'kettle@3', force: 'true', reason: 'meanwhile' })
      return exec(...call)
    }
    Object.assign(host, { exec: meanwhile })

    await main(promote.definition, promote.run, host)

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toMatch(/TY0210[^]*champion of kettle was believed to name version 1, and names version 3/)
    expect(await champion(bench)).toBe(3)
  })
})

describe('force', () => {
  test('promotes without a gate, and the reason is recorded', async () => {
    await using bench = await aComparison()

    const host = await bench.run(promote, { candidate: 'kettle@2', force: 'true', reason: 'incident 12' })

    expect(host.ended?.exitCode).toBe(0)
    expect(host.summaryText).toContain('**Forced** without a passing gate: incident 12')
    await bench.look(async ({ models, evidence }) => {
      expect((await models.find('kettle'))?.history.at(-1)).toMatchObject({ why: 'incident 12', isForced: true })
      const { files } = await models.version('kettle', 2)
      const [promotion] = await evidence.about(files.digest, 'promotion')
      const { predicate } = await evidence.read(promotion?.id ?? 'sha256:')
      expect(predicate).toEqual({ model: 'kettle', version: 2, from: 1, forced: { reason: 'incident 12' } })
    })
  })

  test('of a version that passed is an ordinary promotion', async () => {
    await using bench = await aComparison()
    await bench.go(gate, byFiles)

    await bench.go(promote, { candidate: 'kettle@2', force: 'true', reason: 'sure' })

    const model = await bench.look(({ models }) => models.find('kettle'))
    expect(model?.history.at(-1)?.isForced).toBeUndefined()
  })
})

describe('what is champion already', () => {
  test('stays, and nothing is recorded', async () => {
    await using bench = await aComparison()
    const before = await bench.entries()

    const host = await bench.run(promote, { candidate: 'kettle@1' })

    expect(host.ended?.message).toBe('kettle@1 is champion already; nothing changed')
    expect(Object.fromEntries(host.outputs)).toEqual({ version: '1', moved: 'false' })
    expect(await bench.entries()).toEqual(before)
  })

  test('after the same step in the same job or in the next attempt', async () => {
    await using bench = await aComparison()
    await bench.go(gate, byFiles)
    const context = inCi('github/acme/kettles/1/promote')
    await bench.go(promote, { candidate: 'kettle@2' }, { context })
    const before = await bench.entries()

    const again = await bench.go(promote, { candidate: 'kettle@2' }, { context })
    const attempt = await bench.go(promote, { candidate: 'kettle@2' }, { context: { ...context, attempt: 2 } })

    expect([again, attempt]).toEqual(Array.from({ length: 2 }, () => ({ version: '2', moved: 'false' })))
    expect(await bench.entries()).toEqual(before)
  })
})

test('a dry run says what it would have moved, and moves nothing', async () => {
  await using bench = await aComparison()
  await bench.go(gate, byFiles)

  const host = await bench.run(promote, { candidate: 'kettle@2', dryRun: 'true' })

  expect(host.ended?.exitCode).toBe(0)
  expect(host.summaryText).toMatch(/### Not recorded[^]*kettle: champion moved from 1 to 2/)
  expect(said(host, 'notice')).toMatch(/what would have been is in .*promote\.json/)
  expect(await champion(bench)).toBe(1)
})
