import { describe, expect, test } from 'vitest'
import { judgementOf, type Question } from '../../../core/compare-and-gate/reuse/question.ts'
import { digest } from './uses.ts'

const question: Question = {
  model: 'flights',
  candidate: digest('candidate'),
  champion: digest('champion'),
  data: digest('data'),
  criteria: digest('criteria'),
  modules: [digest('module')],
  predictions: { candidate: digest('its predictions'), champion: digest('their predictions') },
}

describe('a question to the gate', () => {
  test('is a use of the data by the candidate', () => {
    const { question: asked, ...use } = judgementOf(question)

    expect(use).toEqual({ model: 'flights', data: digest('data'), candidate: digest('candidate') })
    expect(asked).toMatch(/^sha256:[0-9a-f]{64}$/)
  })

  test('is the same when it is asked again', () => {
    expect(judgementOf({ ...question }).question).toBe(judgementOf(question).question)
  })

  const { modules, ...bare } = question
  const { candidate, champion } = question.predictions
  test.each<[string, Question]>([
    ['candidate', { ...question, candidate: digest('x') }],
    ['champion', { ...question, champion: digest('x') }],
    ['champion at all', { ...question, champion: undefined }],
    ['data', { ...question, data: digest('x') }],
    ['criteria', { ...question, criteria: digest('x') }],
    ['module', { ...question, modules: [digest('x')] }],
    ['second module', { ...question, modules: [...(modules ?? []), digest('x')] }],
    ['module left out', bare],
    ['prediction of the candidate', { ...question, predictions: { candidate: digest('x'), champion: digest('y') } }],
    ['prediction of the champion', { ...question, predictions: { candidate, champion: digest('y') } }],
    [
      'predictions that change places',
      { ...question, predictions: { candidate: champion ?? candidate, champion: candidate } },
    ],
  ])('is another one with another %s', (_, other) => {
    expect(judgementOf(other).question).not.toBe(judgementOf(question).question)
  })

  test('is the same without modules as with none', () => {
    expect(judgementOf({ ...bare, modules: [] }).question).toBe(judgementOf(bare).question)
  })
})
