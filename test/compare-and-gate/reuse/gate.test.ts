import { describe, expect, test } from 'vitest'
import type { GatePredicate, Statement } from '../../../core/records/evidence.ts'
import { failureOf, gate, said } from '../../main/bench.ts'
import { aComparison, byFiles, criteriaFile, predictionFile, usualCriteria } from '../a-comparison.ts'

describe('the gate', () => {
  const spending = JSON.stringify({
    ...(JSON.parse(criteriaFile(usualCriteria)) as object),
    reuse: { spend: 'bonferroni', candidates: 2 },
  })

  async function predicates(bench: Awaited<ReturnType<typeof aComparison>>): Promise<readonly GatePredicate[]> {
    return bench.look(async ({ models, evidence }) => {
      const { files } = await models.version('kettle', 2)
      const records = await evidence.about(files.digest, 'gate')
      const statements = await Promise.all(records.map(({ id }) => evidence.read(id)))
      return statements.map((one) => (one as Statement<GatePredicate>).predicate).toReversed()
    })
  }

  test('counts what the data judged before in evidence, log and summary', async () => {
    await using bench = await aComparison({ 'other.bin': 'other' })
    await bench.version('kettle', 'other.bin')
    await bench.run(gate, { ...byFiles, candidate: 'kettle@3' })

    const host = await bench.run(gate, byFiles)

    const [predicate] = await predicates(bench)
    expect(predicate?.reuse).toMatchObject({ judged: 1, place: 2, alpha: 0.05 })
    const words = 'This data has judged one other candidate before; the best of many looks good by luck.'
    expect(host.summaryText).toContain(words)
    expect(said(host, 'info')).toContain(words)
  })

  test('spends for a question once, and has nothing left beyond the number of candidates', async () => {
    await using bench = await aComparison({ 'criteria.yml': spending, 'second.csv': predictionFile(0.83, 9) })

    const first = await bench.run(gate, byFiles)
    const again = await bench.run(gate, byFiles)
    const second = await bench.run(gate, { ...byFiles, candidatePredictions: 'second.csv' })
    const third = await bench.run(gate, { ...byFiles, candidatePredictions: 'worse.csv' })

    expect([first, again, second].map(({ outputs }) => outputs.get('verdict'))).toEqual(['pass', 'pass', 'pass'])
    expect(third.outputs.get('verdict')).not.toBe('pass')
    expect((await predicates(bench)).map(({ reuse }) => [reuse?.place, reuse?.spending?.isExhausted])).toEqual([
      [1, false],
      [2, false],
      [3, true],
    ])
    expect(failureOf(third)).toContain('use new data')
    expect(first.summaryText).toContain(
      'Judged at an error probability of 0.025 instead of 0.05, because it is judgement 1 of 2 on this data.',
    )
  })

  test('lets two gates at once on one set of data have two places', async () => {
    await using bench = await aComparison({ 'criteria.yml': spending, 'second.csv': predictionFile(0.83, 9) })

    await Promise.all([bench.run(gate, byFiles), bench.run(gate, { ...byFiles, candidatePredictions: 'second.csv' })])

    expect(new Set((await predicates(bench)).map(({ reuse }) => reuse?.place))).toEqual(new Set([1, 2]))
  })
})
