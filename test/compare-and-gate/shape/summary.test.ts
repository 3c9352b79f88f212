import { expect, test } from 'vitest'
import { plainMarkdown } from '../../../core/cli/plain-markdown.ts'
import { shapeSummary } from '../../../core/compare-and-gate/shape/summary.ts'

const names = { candidate: 'flights@2', champion: 'flights@1' }
const confusion = {
  classes: ['no|w', 'late'],
  candidate: [
    [90, 20],
    [11, 1300],
  ],
  champion: [
    [80, 30],
    [12, 1299],
  ],
}

test('matrices of few classes stand side by side, and what flipped comes first, in a sentence', () => {
  const page = shapeSummary({ confusion, flips: { n: 1421, gained: 21, lost: 12 } }, names)

  expect(page).toMatch(
    /^Of 1,421 rows, 21 that the champion has wrong are right now, and 12 that it has right are wrong now\.\n/,
  )
  expect(page).toContain(String.raw`| no\|w | 90 | 20 | 80 | 30 |`)
  expect(page).toContain('| late | 11 | 1,300 | 12 | 1,299 |')
})

test('what is folded is all there where a host knows no folding, and tables stay tables', () => {
  const page = shapeSummary({ confusion, flips: { n: 1421, gained: 21, lost: 12 } }, names)

  // Markdown inside of a folded part begins and ends with an empty line, or it would be shown as it is written.
  expect(page).toMatch(/<details><summary>What flipped, and what is taken for what<\/summary>\n\n[^]*\n\n<\/details>$/)
  expect(plainMarkdown(page)).toMatch(/late +11 +1,300 +12 +1,299/)
})

test('a matrix of five classes has a table of its own', () => {
  const classes = ['a', 'b', 'c', 'd', 'e']
  const matrix = classes.map(() => classes.map(() => 10))
  const page = shapeSummary({ confusion: { classes, candidate: matrix, champion: matrix } }, names)

  expect(page.match(/^\| true class \|.*/gm)).toHaveLength(2)
})

test('counts that are withheld are told so', () => {
  const withheld = {
    ...confusion,
    candidate: [
      [90, 20],
      [null, null],
    ],
  }
  const page = shapeSummary({ confusion: withheld, flips: { n: 1421, gained: null, lost: null } }, names)

  expect(page).toContain('| late | – | – | 12 | 1,299 |')
  expect(page).toContain('–: withheld, because the cell has fewer than ten rows, or would tell of one that has.')
  expect(page).toContain('fewer than ten changed')
})

test('flips are told by class and slice, without those that are withheld', () => {
  const slices = [{ name: 'site = north', n: 900, gained: 15, lost: 12 }]
  const byClass = [{ name: 'late', n: 1311, gained: null, lost: null }]
  const flips = { n: 1421, gained: 21, lost: 12, byClass, bySlice: [{ column: 'site', slices, withheld: 3 }] }
  const page = shapeSummary({ flips }, names)

  expect(page).toContain('| site = north | 900 | 15 | 12 |')
  expect(page).not.toContain('late')
})

test('the areas of several classes are told in a table, and how many classes have none', () => {
  const roc = { candidate: { auc: 0.91234, points: [] }, champion: { auc: 0.9, points: [] } }
  const page = shapeSummary({ oneVsRest: { classes: [{ name: 'a|b', n: 1200, roc }], others: 3 } }, names)

  expect(page).toContain(String.raw`| a\|b | 1,200 | 0.9123 | 0.9 |`)
  expect(page).toContain('3 more classes have none.')
})

test('a matrix of rows with weights has shares by weight beside its counts', () => {
  const shares = [
    [0.75, 0.25],
    [null, null],
  ]
  const counts = [
    [90, 20],
    [null, null],
  ]
  const page = shapeSummary({ confusion: { ...confusion, candidate: counts, weighted: { candidate: shares } } }, names)

  expect(page).toContain('the share of the class by the weights of the rows')
  expect(page).toContain('90 (75 %) | 20 (25 %)')
  expect(page).toContain('| late | – | – |')
})
