import { describe, expect, test } from 'vitest'
import { absoluteSentence, amount, pairedSentence } from '../../../core/compare-and-gate/judge/sentences.ts'
import { metrics } from '../../../core/stats/metrics.ts'

const known = { estimate: 0.25, lower: 0.125, upper: 0.5, doubt: undefined }
const doubtful = { ...known, doubt: 'too-few-rows' } as const
const needed = undefined

describe('a sentence about a bound', () => {
  const about = { metric: metrics.brier, interval: known, sign: '≤', limit: 0.4, needed, isPoint: false }
  const start = 'Brier score is 0.25 (between 0.125 and 0.5)'

  test.each([
    ['pass', {}, `${start}, and at most 0.4 is asked.`],
    ['pass', { sign: '≥' }, `${start}, and at least 0.4 is asked.`],
    ['pass', { isPoint: true }, `${start}, and at most 0.4 is asked by the point estimate, with no stated error rate.`],
    ['fail', {}, `${start}, but at most 0.4 is asked.`],
    ['fail', { sign: '≥' }, `${start}, but at least 0.4 is asked.`],
    ['fail', { isPoint: true }, `${start}, but at most 0.4 is asked by the point estimate, with no stated error rate.`],
    ['inconclusive', {}, `${start}: these rows cannot tell whether it is at most 0.4.`],
    [
      'inconclusive',
      { needed: 1234 },
      `${start}: these rows cannot tell whether it is at most 0.4; about 1,234 would.`,
    ],
    [
      'inconclusive',
      { interval: doubtful },
      'Brier score is 0.25: these rows cannot tell whether it is at most 0.4, because there are too few rows.',
    ],
    [
      'inconclusive',
      { metric: metrics.mrr, sign: '≥', needed: 12 },
      'Mean reciprocal rank is 0.25 (between 0.125 and 0.5): these queries cannot tell whether it is at least 0.4; about 12 would.',
    ],
    [
      'inconclusive',
      { metric: metrics.mrr, interval: doubtful },
      'Mean reciprocal rank is 0.25: these queries cannot tell whether it is at most 0.4, because there are too few queries.',
    ],
  ] as const)('that came out as %s: %j', (kind, more, sentence) => {
    expect(absoluteSentence({ ...about, kind, ...more })).toBe(sentence)
  })
})

describe('a sentence about a comparison', () => {
  const about = { metric: metrics.auc, interval: known, base: undefined, needed, asked: -0.1 }
  const start = 'AUC is 0.25 better than the champion’s (improvement between +0.125 and +0.5)'
  const worse = { estimate: -0.25, lower: -0.5, upper: 0, doubt: undefined }

  test.each([
    ['pass', {}, `${start}: not worse by 0.1 or more.`],
    ['fail', {}, `${start}: worse by more than 0.1.`],
    ['inconclusive', {}, `${start}: these rows cannot tell whether it is worse by 0.1 or more.`],
    [
      'inconclusive',
      { needed: 5000 },
      `${start}: these rows cannot tell whether it is worse by 0.1 or more; about 5,000 would.`,
    ],
    [
      'inconclusive',
      { interval: doubtful },
      'AUC is 0.25 better than the champion’s: these rows cannot tell whether it is worse by 0.1 or more, because there are too few rows.',
    ],
    ['pass', { asked: 0 }, `${start}: really better.`],
    ['pass', { asked: -0 }, `${start}: really better.`],
    ['pass', { asked: 0.1 }, `${start}: really better by more than 0.1.`],
    ['fail', { asked: 0 }, `${start}: not better.`],
    ['fail', { asked: 0.1 }, `${start}: not better by more than 0.1.`],
    ['inconclusive', { asked: 0, needed: 7 }, `${start}: these rows cannot tell whether it is better; about 7 would.`],
    ['inconclusive', { asked: 0.1 }, `${start}: these rows cannot tell whether it is better by more than 0.1.`],
    [
      'inconclusive',
      { asked: 0, interval: doubtful },
      'AUC is 0.25 better than the champion’s: these rows cannot tell whether it is better, because there are too few rows.',
    ],
    [
      'fail',
      { interval: worse },
      'AUC is 0.25 worse than the champion’s (improvement between -0.5 and 0): worse by more than 0.1.',
    ],
    [
      'pass',
      { interval: { ...worse, estimate: 0, upper: 0.5 } },
      'AUC is the same as the champion’s (improvement between -0.5 and +0.5): not worse by 0.1 or more.',
    ],
    [
      'inconclusive',
      { interval: { ...doubtful, estimate: Number.NaN, doubt: 'undefined' } },
      'AUC is not comparable with the champion’s: these rows cannot tell whether it is worse by 0.1 or more, because it has no value on these rows.',
    ],
    [
      'pass',
      { base: 0.5 },
      'AUC is 50 % better than the champion’s (improvement between +25 % and +100 %): not worse by 10 % or more.',
    ],
    [
      'fail',
      { base: 0.5, interval: worse },
      'AUC is 50 % worse than the champion’s (improvement between -100 % and 0 %): worse by more than 10 %.',
    ],
    [
      'pass',
      { base: 0.5, asked: 0.05 },
      'AUC is 50 % better than the champion’s (improvement between +25 % and +100 %): really better by more than 5 %.',
    ],
    [
      'inconclusive',
      { metric: metrics.ndcg, needed: 30 },
      'NDCG is 0.25 better than the champion’s (improvement between +0.125 and +0.5): these queries cannot tell whether it is worse by 0.1 or more; about 30 would.',
    ],
    [
      'inconclusive',
      { metric: metrics.ndcg, asked: 0, needed: 30 },
      'NDCG is 0.25 better than the champion’s (improvement between +0.125 and +0.5): these queries cannot tell whether it is better; about 30 would.',
    ],
  ] as const)('that came out as %s: %j', (kind, more, sentence) => {
    expect(pairedSentence({ ...about, kind, ...more })).toBe(sentence)
  })
})

test.each([
  [0.02, false, '0.02'],
  [0.02, true, '2 %'],
  [0.07, true, '7 %'],
  [0.0725, true, '7.25 %'],
  [0, false, '0'],
] as const)('the amount %d is written %s: %s', (value, isRelative, words) => {
  expect(amount(value, isRelative)).toBe(words)
})
