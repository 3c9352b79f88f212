import { describe, expect, test } from 'vitest'
import type { GatePredicate, Statement } from '../../../core/records/evidence.ts'
import { failureOf, gate, promote } from '../../main/bench.ts'
import { trained } from '../../main/trained.ts'
import { aComparison, byFiles, criteriaFile, predictionFile } from '../a-comparison.ts'
import { mlflowPasses } from '../error-rates/peers.ts'
import { corpus, type Defect } from './corpus.ts'

const onlyComparing = criteriaFile([{ metric: 'accuracy', vsChampion: { nonInferior: 0.05 } }])

const sides: readonly Defect[] = [
  {
    name: 'a candidate that is the champion is compared with nothing',
    elsewhere: 'MLflow once compared a model with itself, and no test saw it (#12213)',
    isPassedElsewhere: () =>
      mlflowPasses({ candidate: 0.8, champion: 0.8 }, { minRelativeChange: 0, isGreaterBetter: true }),
    files: { 'criteria.yml': onlyComparing },
    inputs: { ...byFiles, candidate: 'kettle@1' },
    verdict: 'inconclusive',
    says: /No required criterion could be asked\. Nothing was compared: there is no other champion/,
    warns: /kettle@1 has the very files of kettle@1: a comparison with itself says nothing/,
  },
  {
    name: 'predictions that are the same on every row are no improvement, and are said to be the same',
    elsewhere: 'a pipeline that loads one model for both sides passes “not worse” for ever',
    isPassedElsewhere: () =>
      mlflowPasses({ candidate: 0.8, champion: 0.8 }, { minRelativeChange: 0, isGreaterBetter: true }),
    files: { 'criteria.yml': criteriaFile([{ metric: 'logLoss', vsChampion: { superior: 0 } }]) },
    inputs: { ...byFiles, candidatePredictions: 'champion.csv' },
    verdict: 'inconclusive',
    says: /Log loss is the same as the champion’s: these rows cannot tell whether it is better, because every row says the same/,
    warns: /kettle@2 and kettle@1 predict the very same on every row/,
  },
  {
    name: 'a champion that is named and is not there is an error, not a first model',
    elsewhere: 'MLOpsPython and TFMA’s rubber stamp register whatever finds no predecessor',
    files: {},
    inputs: { ...byFiles, champion: 'kettle@production' },
    verdict: 'error',
    says: /kettle@production names no version/,
  },
  {
    name: 'so is a candidate’s alias that nobody set',
    elsewhere: 'a lookup by tag that finds nothing gives the newest or none',
    files: {},
    inputs: { ...byFiles, candidate: 'kettle@staging' },
    verdict: 'error',
    says: /kettle@staging names no version/,
  },
]

describe('who is compared', () => {
  corpus(sides)
})

describe('a first model', () => {
  test('is not stamped: criteria that only compare prove nothing (TFMA’s rubber stamp, aml-registermodel)', async () => {
    await using bench = await aComparison({ 'criteria.yml': onlyComparing })
    const run = await trained(bench, { 'm.bin': 'm' }, { model: 'pot' })

    const host = await bench.run(gate, {
      model: 'pot',
      candidate: `run:${run}`,
      criteria: 'criteria.yml',
      candidatePredictions: 'candidate.csv',
    })

    expect(host.outputs.get('verdict')).toBe('inconclusive')
    expect(host.ended?.exitCode).toBe(3)
    expect(failureOf(host)).toMatch(/No required criterion could be asked\. Nothing was compared/)
  })
})

describe('force', () => {
  test('without a reason is refused before anything is judged (MLOpsPython has a flag that switches its gate off)', async () => {
    await using bench = await aComparison()

    const host = await bench.run(gate, { ...byFiles, force: 'true' })

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toMatch(/reason/)
    expect(host.outputs.get('forced')).toBeUndefined()
  })

  test('lets go on and changes no verdict, and says so wherever it is read (MLOpsPython’s override leaves no trace)', async () => {
    await using bench = await aComparison()

    const host = await bench.run(gate, {
      ...byFiles,
      candidatePredictions: 'bad.csv',
      force: 'true',
      reason: 'the old one is off',
    })

    expect(host.ended?.exitCode).toBe(0)
    expect(host.ended?.result).toBe('warned')
    expect(host.outputs.get('verdict')).toBe('fail')
    expect(host.ended?.message).toMatch(/let through by force \(the old one is off\)/)
    await bench.go(promote, { candidate: 'kettle@2' })
    const model = await bench.look(({ models }) => models.find('kettle'))
    expect(model?.history.at(-1)).toMatchObject({ isForced: true })
  })
})

describe('criteria that change after the evidence', () => {
  test('make new evidence with their own digest, and the old one stays (a threshold in a script changes without a trace)', async () => {
    await using bench = await aComparison({ 'candidate.csv': predictionFile(0.74, 9) })
    const strict = await bench.run(gate, byFiles)
    await bench.write({ 'criteria.yml': criteriaFile([{ metric: 'accuracy', absolute: { min: 0.5 } }]) })

    const lax = await bench.run(gate, byFiles)

    expect([strict.outputs.get('verdict'), lax.outputs.get('verdict')]).not.toContain('error')
    expect(strict.outputs.get('verdict')).not.toBe('pass')
    expect(lax.outputs.get('verdict')).toBe('pass')
    expect(lax.summaryText).toMatch(/This candidate itself was judged on it once before, with other criteria/)
    const statements = await bench.look(async ({ models, evidence }) => {
      const { files } = await models.version('kettle', 2)
      const records = await evidence.about(files.digest, 'gate')
      return Promise.all(records.map(({ id }) => evidence.read(id) as Promise<Statement<GatePredicate>>))
    })
    expect(statements.map(({ predicate }) => predicate.verdict.kind)).toContain(strict.outputs.get('verdict'))
    expect(new Set(statements.map(({ predicate }) => predicate.criteria.digest)).size).toBe(2)
    expect(new Set(statements.map(({ predicate }) => predicate.predictions.candidate)).size).toBe(1)
  })
})
