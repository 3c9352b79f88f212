import { expect, test } from 'vitest'
import { sentenceOf } from '../../core/trigger/sentence.ts'

test.each([
  [{ fired: 0, pending: 0, isRehearsal: false }, 'Nothing to start'],
  [{ fired: 1, pending: 0, isRehearsal: false }, '1 delivery sent'],
  [{ fired: 2, pending: 1, isRehearsal: false }, '2 deliveries sent; 1 delivery is left to another job'],
  [{ fired: 0, pending: 2, isRehearsal: false }, 'Nothing to start; 2 deliveries are left to another job'],
  [{ fired: 0, pending: 1, isRehearsal: true }, '1 delivery would be sent; nothing was'],
])('%j is said as: %s', (tally, sentence) => {
  expect(sentenceOf(tally)).toBe(sentence)
})
