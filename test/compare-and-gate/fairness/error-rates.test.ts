import { describe, expect, test } from 'vitest'
import type { Criteria } from '../../../core/compare-and-gate/criteria.ts'
import type { Facts } from '../../../core/compare-and-gate/facts.ts'
import { type Random, seededRandom } from '../../../core/stats/random.ts'
import { bySex, criteria, judged } from './a-gap.ts'

/** Rows of the positive class alone, as many in each group, found with the probabilities of each group. */
interface Setting {
  readonly groups: number
  /** Per group. */
  readonly rows: number
  /** Of a group and a row's own luck for the champion. */
  readonly candidate: (group: number, champion: number) => number
  readonly champion: (group: number) => number
}

function draw({ groups, rows, candidate, champion }: Setting, random: Random): Facts {
  const n = groups * rows
  const ones = new Float64Array(n).fill(1)
  const theirs = ones.map((_, row) => (random() < champion(Math.floor(row / rows)) ? 1 : 0))
  const mine = theirs.map((one, row) => (random() < candidate(Math.floor(row / rows), one) ? 1 : 0))
  const members = Array.from({ length: groups }, (_, group) =>
    Array.from({ length: rows }, (_row, at) => group * rows + at),
  )
  const names = members.map((_, group) => `g = ${group}`)
  return {
    labels: ones,
    candidate: { classes: mine },
    champion: { classes: theirs },
    groups: [{ names, rows: members }],
  }
}

describe('at the boundary', () => {
  // The figures of docs/gate.md come from TRAINYARD_SIMULATIONS=2000.
  const asked = process.env['TRAINYARD_SIMULATIONS']
  const repeats = Number(asked ?? 100)
  const limit = 0.05 + 3 * Math.sqrt((0.05 * 0.95) / repeats)

  function passed(file: Criteria, setting: Setting, seed: number): number {
    const random = seededRandom(seed)
    let count = 0
    for (let repeat = 0; repeat < repeats; repeat += 1)
      if (judged(file, draw(setting, random)).results[0]?.kind === 'pass') count += 1
    return count / repeats
  }

  const cases = [2, 3, 5].flatMap((groups) => [
    { groups, rows: 200, bound: 0.1 },
    ...(groups === 2 || asked !== undefined ? [{ groups, rows: 1000, bound: 0.05 }] : []),
  ])

  test.each(cases)(
    'a gap of $bound among $groups groups of $rows rows passes in at most alpha',
    ({ groups, rows, bound }) => {
      const rate = (group: number) => 0.8 + (group === 0 ? 0 : group === 1 ? bound : bound / 2)
      const closeBy = criteria({ ...bySex, maxGap: bound })
      const share = passed(closeBy, { groups, rows, champion: () => 0.5, candidate: rate }, groups)
      console.info(`maxGap ${bound}, ${groups} groups of ${rows}: ${share}`)
      expect(share).toBeLessThan(limit)
    },
  )

  test.each(cases)(
    'a gap that grew by $bound among $groups groups of $rows rows passes in at most alpha',
    ({ groups, rows, bound }) => {
      // The champion finds 85 %, and the candidate what the champion finds but for the bound in the second group.
      const lost = (group: number) => (group === 1 ? bound / 0.85 : 0)
      const candidate = (group: number, one: number) => (one === 1 ? 1 - lost(group) : 0)
      const closeBy = criteria({ ...bySex, maxGapIncrease: bound })
      const share = passed(closeBy, { groups, rows, champion: () => 0.85, candidate }, 10 + groups)
      const noisy = (group: number, one: number) => (one === 1 ? 0.93 - lost(group) : 0.07 * (0.85 / 0.15))
      const shared = passed(closeBy, { groups, rows, champion: () => 0.85, candidate: noisy }, 20 + groups)
      console.info(`maxGapIncrease ${bound}, ${groups} groups of ${rows}: ${share} and ${shared}`)
      expect(Math.max(share, shared)).toBeLessThan(limit)
    },
  )

  test('a gap of rows in clusters passes in at most alpha', () => {
    // 100 users with five rows each in a group, who are found more or less often.
    const [users, each, bound] = [100, 5, 0.1]
    const random = seededRandom(40)
    const file = criteria({ ...bySex, maxGap: bound })
    const clusters = Int32Array.from({ length: 2 * users * each }, (_, row) => Math.floor(row / each))
    const pass = { robust: 0, naive: 0 }
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const luck = Array.from(
        { length: 2 * users },
        (_, user) => (user < users ? 0.75 : 0.85) + (random() < 0.5 ? 0.15 : -0.15),
      )
      const candidate = (group: number, row: number) => luck[group * users + Math.floor(row / each)] ?? Number.NaN
      const rows = Array.from(clusters, (_, row) =>
        random() < candidate(row < users * each ? 0 : 1, row % (users * each)) ? 1 : 0,
      )
      const facts = draw({ groups: 2, rows: users * each, champion: () => 0.5, candidate: () => 0.5 }, random)
      const drawn = { ...facts, candidate: { classes: Float64Array.from(rows) } }
      if (judged(file, { ...drawn, clusters }).results[0]?.kind === 'pass') pass.robust += 1
      if (judged(file, drawn).results[0]?.kind === 'pass') pass.naive += 1
    }
    console.info(
      `maxGap ${bound}, 2 groups of ${users} users: ${pass.robust / repeats}, as independent rows ${pass.naive / repeats}`,
    )
    expect(pass.robust / repeats).toBeLessThan(limit)
  })
})
