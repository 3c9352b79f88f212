import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DistinctCount } from '../../../core/stats/profile/distinct-count.ts'
import { hashNumber, hashText } from '../../../core/stats/profile/hash.ts'
import { LevelCounts } from '../../../core/stats/profile/level-counts.ts'

describe('a hash', () => {
  // Profiles that hold these are merged years later: they may never change.
  test.each([
    ['', 3959719415261167],
    ['a', 3547719377175957],
    ['b', 5237451309357587],
    ['ab', 7396804189329347],
    ['ba', 6200159734193660],
    ['Ada Lovelace', 6365365132022980],
    ['é😀', 8549103407421866],
  ])('of the text "%s" is what it always was', (text, hash) => {
    expect(hashText(text)).toBe(hash)
  })

  test.each([
    [0, 2322190423469097],
    [-0, 2322190423469097],
    [1, 6145483454001528],
    [-1, 6145481509989579],
    [0.1, 6522613185772353],
    [1e300, 3542449744039097],
    [1_700_000_000_000, 576325386991358],
    [Infinity, 2397286134999894],
  ])('of the number %d is what it always was', (value, hash) => {
    expect(hashNumber(value)).toBe(hash)
  })

  test('is a whole number of 53 bits, each of which is set in about half of all', () => {
    const hashes = Array.from({ length: 4000 }, (_, at) => [hashNumber(at), hashText(`${at}`)])
    for (const kind of [0, 1]) {
      const bits = hashes.map((of) => (of[kind] ?? -1).toString(2).padStart(53, '0'))
      expect(new Set(bits).size).toBe(4000)
      for (let bit = 0; bit < 53; bit++) {
        const share = bits.filter((of) => of[bit] === '1').length / 4000
        expect(share).toBeGreaterThan(0.46)
        expect(share).toBeLessThan(0.54)
      }
    }
  })
})

/** The register of a hash of 53 bits, and its rank: bits 22 to 33 say which, the place of the first one among the others the rank. */
function registerOf(hash: number): readonly [index: number, rank: number] {
  const bits = hash.toString(2).padStart(53, '0')
  const rest = bits.slice(0, 21) + bits.slice(33)
  return [Number.parseInt(bits.slice(21, 33), 2), rest.includes('1') ? rest.indexOf('1') + 1 : 42]
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop'

describe('the count of distinct values', () => {
  const anyHash = fc.oneof(
    fc.nat(Number.MAX_SAFE_INTEGER),
    fc.integer({ min: 0, max: 52 }).map((power) => 2 ** power),
    fc.nat(2 ** 32),
    fc.constant(0),
  )

  test('keeps the largest rank of each register, as text', () => {
    fc.assert(
      fc.property(fc.array(anyHash, { minLength: 1, maxLength: 30 }), fc.nat(30), (hashes, at) => {
        const registers = new Map<number, number>()
        const [first, second] = [new DistinctCount(), new DistinctCount()]
        for (const [place, hash] of hashes.entries()) {
          const [index, rank] = registerOf(hash)
          registers.set(index, Math.max(registers.get(index) ?? 0, rank))
          const part = place < at ? first : second
          part.add(hash)
        }
        first.merge(second)
        let [text, next] = ['', 0]
        for (const [index, rank] of [...registers].sort(([a], [b]) => a - b)) {
          text += `${index === next ? '' : index - next}${letters[rank - 1]}`
          next = index + 1
        }
        expect(first.toText()).toBe(text)
        expect(DistinctCount.fromText(text).toText()).toBe(text)
      }),
    )
  })

  test('has few values without an error, and none for none', () => {
    const count = new DistinctCount()
    expect(count.estimate()).toBe(0)
    for (let size = 1; size <= 30; size++) {
      count.add(hashNumber(size))
      count.add(hashNumber(size))
      expect(Math.abs(count.estimate() - size)).toBeLessThanOrEqual(size < 20 ? 0 : 1)
    }
  })

  test('has the estimate of Flajolet’s formula where all registers have one rank', () => {
    const of = (letter: string) => DistinctCount.fromText(letter.repeat(4096)).estimate()
    for (const [at, letter] of letters.slice(0, 41).split('').entries())
      expect(of(letter) / ((4096 * 2 ** (at + 1)) / (2 * Math.LN2))).toBeCloseTo(1, 3)
    expect(of('p')).toBe(Infinity)
  })

  test.each(['p', 'Ap', '4095A', '4096', `${'A'.repeat(4096)}`])('is read from %s', (text) => {
    expect(DistinctCount.fromText(text).toText()).toBe(text.replace(/\d+$/, ''))
  })

  test.each([
    ['q', /not a register: q/],
    ['A!', /not a register: !/],
    ['é', /not a register/],
    ['4096A', /more registers than there are/],
    ['4097', /more registers than there are/],
    ['A'.repeat(4097), /more registers than there are/],
  ])('is not read from %s', (text, words) => {
    expect(() => DistinctCount.fromText(text)).toThrow(words)
  })
})

describe('the counts of levels', () => {
  const named = (counts: LevelCounts) => counts.toData(1).levels.map(([, count, name]) => [name, count])

  test('have names that are cut after a hundred letters, and the whole text’s hash', () => {
    const counts = new LevelCounts()
    const [fits, long] = ['x'.repeat(100), 'y'.repeat(101)]
    counts.add(fits)
    counts.add(fits)
    counts.add(long)

    expect(counts.toData(1)).toEqual({
      levels: [
        [hashText(fits), 2, fits],
        [hashText(long), 1, `${'y'.repeat(99)}…`],
      ],
      lost: 0,
    })
  })

  test('come most frequent first, equal ones by their hashes', () => {
    const counts = new LevelCounts()
    for (const text of ['b', 'c', 'a', 'c', 'd']) counts.add(text)
    const rare = ['a', 'b', 'd'].sort((one, other) => hashText(one) - hashText(other))

    expect(named(counts)).toEqual([['c', 2], ...rare.map((name) => [name, 1])])
  })

  test('lose the names of levels with fewer rows than asked, not their counts, and learn them again', () => {
    const counts = new LevelCounts()
    for (const text of ['a', 'a', 'a', 'b', 'b']) counts.add(text)
    const stored = counts.toData(3)
    expect(stored.levels).toEqual([
      [hashText('a'), 3, 'a'],
      [hashText('b'), 2],
    ])
    const known = LevelCounts.from(stored)
    known.add('b')
    expect(named(known)).toEqual(
      ['a', 'b'].sort((one, other) => hashText(one) - hashText(other)).map((name) => [name, 3]),
    )
    const [some, other] = [LevelCounts.from(stored), LevelCounts.from(stored)]
    other.merge(counts)
    some.merge(other)
    expect(named(some)).toEqual([
      ['a', 9],
      ['b', 6],
    ])
  })

  test('are told apart by hash alone: of two names the smaller one stays, whichever comes first', () => {
    const one = LevelCounts.from({ levels: [[7, 2, 'x']], lost: 1 })
    const other = LevelCounts.from({ levels: [[7, 3, 'w']], lost: 2 })
    one.merge(other)
    other.merge(LevelCounts.from({ levels: [[7, 2, 'x']], lost: 1 }))

    expect(one.toData(1)).toEqual({ levels: [[7, 5, 'w']], lost: 3 })
    expect(other.toData(1)).toEqual(one.toData(1))
  })

  test('are exact up to ten thousand levels; one more drops the rarer ones, and takes their count off the others', () => {
    const counts = new LevelCounts()
    for (let level = 0; level < 10_000; level++) {
      counts.add(`${level}`, level)
      if (level < 4999) counts.add(`${level}`, level)
    }
    expect([counts.size, counts.lost]).toEqual([10_000, 0])

    counts.add('one more', 10_000)

    expect([counts.size, counts.lost]).toEqual([4999, 1])
    expect(counts.toData(1).levels.every(([hash, count]) => hash < 4999 && count === 1)).toBe(true)
  })

  test('are dropped after a merge, too, where there are more than ten thousand', () => {
    const half = (from: number) => {
      const counts = new LevelCounts()
      for (let level = from; level < from + 6000; level++) counts.add('x', level)
      return counts
    }
    const counts = half(0)
    counts.merge(half(4000))
    expect([counts.size, counts.lost]).toEqual([10_000, 0])
    counts.merge(half(5000))
    // Of 11,000 those with two rows are dropped as well: only 5,000 to 5,999 have three.
    expect(counts.lost).toBe(2)
    expect(
      counts
        .toData(1)
        .levels.map(([hash]) => hash)
        .sort((a, b) => a - b),
    ).toEqual(Array.from({ length: 1000 }, (_, at) => 5000 + at))
  })
})
