import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../../core/stats/random.ts'
import { Split } from '../../../../core/targets/process/router/split.ts'

const all = () => true

function take(split: Split, times: number, canTake: (name: string) => boolean = all): Record<string, number> {
  const counts: Record<string, number> = {}
  for (let turn = 0; turn < times; turn += 1) {
    const name = split.next(canTake) ?? 'nobody'
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}

function splitOf(shares: Readonly<Record<string, number>>): Split {
  const split = new Split(seededRandom(7))
  split.set(shares)
  return split
}

/** Shares of two to four deployments, in tenths of a per cent, that add up to 100. */
const shares = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 3 }).map((cuts) => {
  const edges = [0, ...[...cuts].sort((a, b) => a - b), 1000]
  return Object.fromEntries(edges.slice(1).map((edge, at) => [`v${at}`, (edge - (edges[at] ?? 0)) / 10]))
})

describe('the split', () => {
  test('gives 10 % of 2,520 requests to the canary, one in each ten', () => {
    const split = splitOf({ v1: 90, v2: 10 })
    for (let ten = 0; ten < 252; ten += 1) expect(take(split, 10)).toEqual({ v1: 9, v2: 1 })
  })

  test.each([
    [2, 50],
    [10, 50],
    [10, 10],
    [7, 30],
  ])('does not fall in step with traffic in which one request of %i is another, at %i %%', (every, share) => {
    const split = splitOf({ v1: 100 - share, v2: share })
    let others = 0
    for (let turn = 0; turn < every * 1000; turn += 1) {
      const name = split.next(all)
      if (turn % every === 0 && name === 'v2') others += 1
    }

    // Of a thousand; five standard deviations of a fair choice.
    expect(Math.abs(others - 10 * share)).toBeLessThan(5 * Math.sqrt(10 * share * (1 - share / 100)))
  })

  test('gives nothing to what has no share, and nobody anything before shares are set', () => {
    expect(take(splitOf({ v1: 100, v2: 0 }), 500)).toEqual({ v1: 500 })
    expect(new Split().next(all)).toBeUndefined()
  })

  test('keeps a share as small as a thousandth of a per cent', () => {
    expect(take(splitOf({ v1: 99.999, v2: 0.001 }), 200_000)).toEqual({ v1: 199_998, v2: 2 })
  })

  test('of two, stays within one request of each share after any number of requests; of more, within one for each other', () => {
    fc.assert(
      fc.property(shares, fc.integer({ min: 1, max: 3000 }), (wanted, times) => {
        const counts = take(splitOf(wanted), times)

        for (const [name, share] of Object.entries(wanted)) {
          const others = Math.max(1, Object.keys(wanted).length - 1)
          expect(Math.abs((counts[name] ?? 0) - (times * share) / 100)).toBeLessThan(others + 0.01)
        }
      }),
    )
  })

  test('owes nobody anything when the shares change after every few requests', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 30 }))), (phases) => {
        const split = new Split()
        let due = 0
        let got = 0
        for (const [share, times] of phases) {
          split.set({ v1: 100 - share, v2: share })
          got += take(split, times)['v2'] ?? 0
          due += (times * share) / 100
        }

        expect(Math.abs(got - due)).toBeLessThanOrEqual(1)
      }),
    )
  })

  test('sends what a deployment that is down would have got to those that are up, in their proportions', () => {
    const split = splitOf({ v1: 60, v2: 20, v3: 20 })

    expect(take(split, 800, (name) => name !== 'v3')).toEqual({ v1: 600, v2: 200 })
    expect(take(split, 10, () => false)).toEqual({ nobody: 10 })
    expect(take(split, 1000)).toEqual({ v1: 600, v2: 200, v3: 200 })
  })
})
