import { expect, test } from 'vitest'
import { toldOf } from '../../../core/compare-and-gate/disclosure/told.ts'
import type { Slices } from '../../../core/compare-and-gate/slices/read.ts'
import { seededRandom } from '../../../core/stats/random.ts'
import { criteriaOf } from '../shape/some-criteria.ts'
import { Attacker } from './attacker.ts'

function divide(column: string, values: readonly unknown[]): Slices {
  const parts = new Map<string, number[]>()
  for (const [row, value] of values.entries()) {
    const name = `${column} = ${String(value)}`
    parts.set(name, [...(parts.get(name) ?? []), row])
  }
  return { names: [...parts.keys()], rows: [...parts.values()] }
}

/** Rows by country and sex with two classes; slices by country, groups by country, by sex, and by both. */
function draw(seed: number) {
  const random = seededRandom(seed)
  const n = 30 + Math.floor(400 * random())
  const column = (values: number) => Array.from({ length: n }, () => Math.floor(values * random() ** 2))
  const [country, sex] = [column(4), column(3)]
  const labels = Float64Array.from({ length: n }, () => Number(random() < 0.4))
  const groups = [
    divide('country', country),
    divide('sex', sex),
    divide(
      'both',
      country.map((of, row) => `${of} ${sex[row]}`),
    ),
  ]
  return { labels, groups, slices: [[divide('country', country)]], classes: labels }
}

const entries = ['truePositiveRate', 'truePositiveRate', 'truePositiveRate'] as const

test('no group or slice of few rows, nor a group of few positives, can be computed from all that is shown of both', () => {
  let [shown, all] = [0, 0]
  for (let seed = 1; seed <= 150; seed++) {
    const { labels, groups, slices, classes } = draw(seed)
    const criteria = criteriaOf({
      slices: [{ by: ['country'], metric: 'accuracy', noHarm: 0 }],
      fairness: entries.map((metric) => ({ metric, groups: 'country', maxGap: 0.1 })),
    })
    const told = toldOf(criteria, { labels, slices, groups, candidate: { classes }, champion: { classes } })
    const isPositive = (row: number) => labels[row] === 1
    for (const counts of [() => true, isPositive]) {
      const rows = [...labels.keys()].filter(counts)
      const attacker = new Attacker(rows.length)
      const vector = (members: Iterable<number>) => {
        const among = new Set(members)
        return rows.map((row) => Number(among.has(row)))
      }
      attacker.learn(rows.map(() => 1))
      const sets = [
        ...(counts === isPositive ? [] : [{ set: slices[0]?.[0], is: told.slices[0]?.[0] }]),
        ...groups.map((set, at) => ({ set, is: told.groups[at] })),
      ]
      for (const { set, is } of sets)
        for (const [part, members] of (set?.rows ?? []).entries())
          if (is?.[part]) attacker.learn(vector(Array.from(members)))
      const few = sets
        .flatMap(({ set }) => set?.rows ?? [])
        .map((members) => Array.from(members).filter(counts))
        .filter(({ length }) => length > 0 && length < 10)
      expect(few.filter((members) => attacker.knows(vector(members)))).toEqual([])
    }
    const large = groups
      .flatMap((set) => set.rows)
      .filter((members) => Array.from(members).filter(isPositive).length >= 10)
    shown += told.groups.flat().filter(Boolean).length
    all += large.length
  }
  expect(shown).toBeGreaterThan(all / 2)
})

test('a slice stays named that is hidden as a group for want of positives alone', () => {
  // 200 rows of each country, and three positives in the last.
  const country = Array.from({ length: 600 }, (_, row) => Math.floor(row / 200))
  const labels = Float64Array.from(country, (of, row) => Number(of < 2 ? row % 2 === 0 : row < 403))
  const set = divide('country', country)
  const criteria = criteriaOf({
    slices: [{ by: ['country'], metric: 'accuracy', noHarm: 0 }],
    fairness: [{ metric: 'truePositiveRate', groups: 'country', maxGap: 0.1 }],
  })

  const told = toldOf(criteria, {
    labels,
    slices: [[set]],
    groups: [set],
    candidate: { classes: labels },
    champion: { classes: labels },
  })

  expect(told.slices).toEqual([[[true, true, true]]])
  expect(told.groups).toEqual([[false, true, false]])
})
