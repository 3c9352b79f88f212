import { describe, expect, test } from 'vitest'
import { shapeOf } from '../../../core/compare-and-gate/shape/shape.ts'
import { withheldMatrix } from '../../../core/compare-and-gate/disclosure/matrix.ts'
import { withheldParts } from '../../../core/compare-and-gate/disclosure/withhold.ts'
import type { Slices } from '../../../core/compare-and-gate/slices/read.ts'
import type { Count, GateShape } from '../../../core/records/gate-shape.ts'
import { type Random, seededRandom } from '../../../core/stats/random.ts'
import { Attacker } from './attacker.ts'
import { criteriaOf } from '../shape/some-criteria.ts'

const rounds = process.env['TRAINYARD_QUICK_TESTS'] === undefined ? 300 : 40

/** Rows with classes of very unequal size, two models, and columns that cut them: unrelated, finer, and crossed. */
function draw(random: Random) {
  const n = 30 + Math.floor(random() ** 2 * 4000)
  const size = 2 + Math.floor(random() * 4)
  const skew = 1 + 4 * random()
  const pick = (of: number, by = 1) => Math.floor(random() ** by * of)
  const labels = Float64Array.from({ length: n }, () => pick(size, skew))
  const accuracy = 0.5 + 0.45 * random()
  const model = () => labels.map((label) => (random() < accuracy ? label : pick(size)))
  const city = Array.from(labels, () => pick(6, 2))
  const country = city.map((of) => Math.floor(of / 2))
  const group = Array.from(labels, () => pick(3, skew))
  const crossed = group.map((of, row) => 10 * of + (country[row] ?? 0))
  const columns = { group, country, city, crossed }
  return { n, size, labels, candidate: model(), champion: model(), columns }
}

function slicesOf(column: readonly number[]): Slices {
  const values = [...new Set(column)]
  return {
    names: values.map((value) => `value ${value}`),
    rows: values.map((value) => [...column.keys()].filter((row) => column[row] === value)),
  }
}

function shapeOfDraw(drawn: ReturnType<typeof draw>): GateShape {
  const { labels, candidate, champion, columns, size } = drawn
  const criteria = criteriaOf({
    data: { classes: Array.from({ length: size }, (_, at) => `class ${at}`) },
    slices: [{ by: Object.keys(columns), metric: 'accuracy', noHarm: 0 }],
  })
  const slices = [Object.values(columns).map(slicesOf)]
  return shapeOf(criteria, { labels, slices, candidate: { classes: candidate }, champion: { classes: champion } })
}

const drawn = Array.from({ length: rounds }, (_, seed) => draw(seededRandom(seed)))
const shapes = drawn.map((one) => ({ one, shape: shapeOfDraw(one) }))

function countsOf(value: unknown): number[] {
  if (typeof value === 'number') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(countsOf) : []
}

test('no count under ten rows is told, whatever the data', () => {
  for (const { shape } of shapes) {
    const { bySlice = [], ...flips } = shape.flips ?? {}
    const told = countsOf([
      shape.confusion?.candidate,
      shape.confusion?.champion,
      flips,
      bySlice.map((of) => of.slices),
    ])
    expect(Math.min(Infinity, ...told)).toBeGreaterThanOrEqual(10)
  }
})

test('much is told all the same', () => {
  const cells = shapes.flatMap(({ shape }) => shape.confusion?.candidate.flat() ?? [])
  const slices = shapes.flatMap(({ shape }) => shape.flips?.bySlice?.flatMap((of) => of.slices) ?? [])
  const classes = shapes.flatMap(({ shape }) => shape.flips?.byClass ?? [])

  expect(cells.filter((cell) => cell !== null).length).toBeGreaterThan(cells.length / 4)
  expect(slices.length).toBeGreaterThan(rounds)
  expect(classes.filter(({ gained }) => gained !== null).length).toBeGreaterThan(rounds / 2)
})

describe('somebody who knows every class’s size, how many rows each model has right, and all that is told', () => {
  test('cannot have a cell of a confusion matrix that is withheld', () => {
    for (const { one, shape } of shapes) {
      const { size } = one
      const place = (side: number, truth: number, said: number) => (side * size + truth) * size + said
      const attacker = new Attacker(2 * size * size)
      const unit = (...places: number[]) => {
        const row = Array.from({ length: 2 * size * size }, () => 0)
        for (const at of places) row[at] = 1
        return row
      }
      const all = Array.from({ length: size }, (_, at) => at)
      const sides = [shape.confusion?.candidate ?? [], shape.confusion?.champion ?? []]
      const secret: number[] = []
      for (const [side, matrix] of sides.entries()) {
        attacker.learn(unit(...all.map((truth) => place(side, truth, truth))))
        attacker.learn(unit(...all.flatMap((truth) => all.map((said) => place(side, truth, said)))))
        for (const truth of all) {
          const isTold = one.labels.filter((label) => label === truth).length >= 10
          // Who knows the sizes of all other classes knows the last one's, too, so small classes are left to `classes` below.
          if (isTold) attacker.learn(unit(...all.map((said) => place(side, truth, said))))
          for (const said of all) {
            const cell = matrix[truth]?.[said]
            if (cell === null && isTold) secret.push(place(side, truth, said))
            else if (cell !== null) attacker.learn(unit(place(side, truth, said)))
          }
        }
      }
      for (const [truth, flips] of (shape.flips?.byClass ?? []).entries()) {
        if (flips.gained === null) continue
        const at = Number(flips.name.slice('class '.length))
        expect(truth).toBeLessThanOrEqual(at)
        const difference = unit(place(0, at, at))
        difference[place(1, at, at)] = -1
        attacker.learn(difference)
      }
      expect(secret.filter((at) => attacker.knows(unit(at)))).toEqual([])
    }
  })

  test('cannot have the size of a class under ten rows from the rows of the others', () => {
    for (const { one, shape } of shapes) {
      const told = one.labels.reduce(
        (sizes, label) => sizes.with(label, (sizes[label] ?? 0) + 1),
        Array.from({ length: one.size }, () => 0),
      )
      const secrets = told.filter((_, at) => shape.confusion?.candidate[at]?.every((cell) => cell === null) === true)
      if (told.some((size) => size < 10)) {
        expect(secrets.length).toBeGreaterThan(1)
        expect(secrets.reduce((sum, size) => sum + size, 0)).toBeGreaterThanOrEqual(10)
      }
    }
  })

  test('cannot have the flips of a slice or class that are withheld, though slices lie within slices', () => {
    for (const { one, shape } of shapes.slice(0, 120)) {
      // Rows that are alike in everything that is told are one unknown, for what is gained and for what is lost.
      const kinds = new Map<string, number>()
      const kindOf = Array.from(one.labels, (label, row) => {
        const name = JSON.stringify([label, ...Object.values(one.columns).map((column) => column[row])])
        if (!kinds.has(name)) kinds.set(name, kinds.size)
        return kinds.get(name) ?? 0
      })
      const sets = new Map<string, { readonly rows: readonly number[]; readonly gained: Count | undefined }>()
      const { flips } = shape
      sets.set('all', { rows: [...one.labels.keys()], gained: flips?.gained })
      for (let at = 0; at < one.size; at++) {
        const rows = [...one.labels.keys()].filter((row) => one.labels[row] === at)
        sets.set(`class ${at}`, { rows, gained: flips?.byClass?.find(({ name }) => name === `class ${at}`)?.gained })
      }
      for (const [column, values] of Object.entries(one.columns)) {
        const { names, rows } = slicesOf(values)
        const told = flips?.bySlice?.find((of) => of.column === column)?.slices
        for (const [at, name] of names.entries())
          sets.set(`${column} ${name}`, {
            rows: Array.from(rows[at] ?? []),
            gained: told?.find((of) => of.name === name)?.gained,
          })
      }
      const attacker = new Attacker(2 * kinds.size)
      const sum = (rows: readonly number[], gained: number, lost: number) => {
        const row = Array.from({ length: 2 * kinds.size }, () => 0)
        for (const kind of new Set(rows.map((of) => kindOf[of] ?? 0))) {
          row[kind] = gained
          row[kinds.size + kind] = lost
        }
        return row
      }
      for (const { rows, gained } of sets.values()) {
        // The difference of the accuracies is known of every slice that is named.
        if (rows.length >= 10) attacker.learn(sum(rows, 1, -1))
        if (typeof gained !== 'number') continue
        attacker.learn(sum(rows, 1, 0))
        attacker.learn(sum(rows, 0, 1))
      }
      const changes = (rows: readonly number[], right: 'candidate' | 'champion') =>
        rows.filter((row) => {
          const other = right === 'candidate' ? one.champion : one.candidate
          return one[right][row] === one.labels[row] && other[row] !== one.labels[row]
        }).length
      const found = [...sets].flatMap(([name, { rows }]) => {
        const isSmall = rows.length > 0 && (changes(rows, 'candidate') < 10 || changes(rows, 'champion') < 10)
        return isSmall && (attacker.knows(sum(rows, 1, 0)) || attacker.knows(sum(rows, 0, 1))) ? [name] : []
      })
      expect(found).toEqual([])
    }
  })
})

describe('what is withheld', () => {
  test('is nothing where no count is small', () => {
    expect(
      withheldParts([
        [10, 11],
        [900, 10],
      ]),
    ).toEqual([false, false])
  })

  test('is a small count with the next smallest, or the total would give it away', () => {
    expect(withheldParts([[500, 3, 40]])).toEqual([false, true, true])
  })

  test('is not two small counts alone that are under ten together', () => {
    expect(withheldParts([[500, 3, 4]])).toEqual([true, true, true])
    expect(withheldParts([[500, 8, 4]])).toEqual([false, true, true])
  })

  test('of a matrix takes the other class along, or the accuracy would give it away', () => {
    expect(
      withheldMatrix(
        [
          [600, 40],
          [3, 357],
        ],
        [false, false],
      ),
    ).toEqual([
      [null, null],
      [null, null],
    ])
  })

  test('of a matrix leaves rows alone that have nothing to do with it', () => {
    const matrix = [
      [100, 20, 30],
      [3, 200, 40],
      [15, 25, 300],
    ]

    expect(withheldMatrix(matrix, [false, false, false])).toEqual([
      [100, 20, 30],
      [null, 200, null],
      [15, 25, 300],
    ])
  })
})
