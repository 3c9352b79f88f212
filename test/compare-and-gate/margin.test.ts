import { describe, expect, test } from 'vitest'
import { leastOf, marginShape } from '../../core/compare-and-gate/margin.ts'

describe('what a comparison asks for', () => {
  test.each([
    ['a superiority by a number', { superior: 0.02 }, 0.02, false],
    ['a superiority by a share', { superior: '2%' }, 0.02, true],
    ['nothing but better', {}, 0, false],
    ['a loss of a number at most', { nonInferior: 0.01 }, -0.01, false],
    ['a loss of a share at most', { nonInferior: '12.25 %' }, -0.1225, true],
    // A share of nothing needs no champion above 0.
    ['no loss, as a share', { nonInferior: '0%' }, -0, false],
    ['better by no share', { superior: '0%' }, 0, false],
  ] as const)('is %s', (_, asked, least, isRelative) => {
    expect(leastOf(asked)).toEqual({ least, isRelative })
  })
})

describe('a margin', () => {
  test.each([0, 0.5, 30, '0%', '2%', '2 %', '2.75%', '99.9%'])('may be %s', (margin) => {
    expect(marginShape.parse(margin)).toBe(margin)
  })

  test.each([
    [-0.1, /expected number to be >=0/],
    [Number.NaN, /received NaN/],
    ['2', /is a number, or a percentage such as "2%"/],
    ['two%', /is a number, or a percentage such as "2%"/],
    ['-2%', /is a number, or a percentage such as "2%"/],
    ['2%%', /is a number, or a percentage such as "2%"/],
    ['2% of it', /is a number, or a percentage such as "2%"/],
    ['2.%', /is a number, or a percentage such as "2%"/],
    ['1.5.2%', /is a number, or a percentage such as "2%"/],
    ['1.x%', /is a number, or a percentage such as "2%"/],
    ['100%', /is less than 100%/],
    ['250%', /is less than 100%/],
  ])('may not be %s, and that is said', (margin, words) => {
    const { success, error } = marginShape.safeParse(margin)

    expect(success).toBe(false)
    expect(JSON.stringify(error?.issues).replaceAll('\\"', '"')).toMatch(words)
  })
})
