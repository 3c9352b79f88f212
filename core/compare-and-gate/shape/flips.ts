import type { Flips, FlipShape, NamedFlips, SlicedFlips } from '../../records/gate-shape.ts'
import { partitionBy } from '../disclosure/partition.ts'
import { withheldParts } from '../disclosure/withhold.ts'
import type { Slices } from '../slices/read.ts'
import { FEWEST_SHOWN } from '../slices/shape.ts'
import { type Classified, secretClasses } from './confusion.ts'
import { isDerivable, isIndependent, type Told } from './independent.ts'

/** Classes of more than this are not listed. */
const mostClasses = 12
/** How many slices of a column are listed, those with most flips first. */
const mostSlices = 12

/** How a column divides the rows. */
export interface Division {
  readonly column: string
  readonly slices: Slices
  /** Whether the size of each slice may become known. */
  readonly isShown: readonly boolean[]
}

interface Asked {
  readonly rows: Classified & { readonly champion: Float64Array }
  /** By the columns of the criteria's slices. */
  readonly columns: readonly Division[]
  /** Classes of which one of the confusion matrices withholds something. */
  readonly isWithheld: readonly boolean[]
}

/** Of every row: 1 where the candidate alone is right, -1 where the champion alone is, else 0. */
type Changes = Int8Array

interface Counted {
  readonly n: number
  readonly gained: number
  readonly lost: number
}

/**
 * Counts the rows that one model has right and the other wrong: of all rows, of each class, and of each slice. What is under ten
 * rows is withheld together with its counterpart, and as much besides that it cannot be had by subtraction: columns of slices from
 * which it could are left out.
 */
export function flipsOf({ rows, columns, isWithheld }: Asked): FlipShape {
  const { classes, labels, candidate, champion } = rows
  const changes = Int8Array.from(
    labels,
    (label, row) => Number(candidate[row] === label) - Number(champion[row] === label),
  )
  const { n, ...all } = countOf(changes, labels.keys())
  if (Math.min(all.gained, all.lost) < FEWEST_SHOWN) return { n, ...none }
  const whole: Told = { partOf: new Int32Array(n), parts: 1, isTold: [true] }
  const told = [whole]
  const ofClasses = classes.length > mostClasses ? undefined : classFlips(rows, changes, isWithheld)
  if (ofClasses !== undefined) told.push(ofClasses.told)
  const bySlice: SlicedFlips[] = []
  for (const { column, ...division } of columns) {
    const found = sliceFlips(division, changes)
    // The total says nothing of how rows are divided.
    if (!told.slice(1).every((other) => isIndependent(found.told, other))) continue
    if (isDerivable([...told, found.told])) continue
    told.push(found.told)
    bySlice.push({ column, slices: found.slices, withheld: found.withheld })
  }
  return {
    n,
    ...all,
    ...(ofClasses && { byClass: ofClasses.flips }),
    ...(bySlice.length > 0 && { bySlice }),
  }
}

const none: Flips = { gained: null, lost: null }

function classFlips(rows: Classified, changes: Changes, isWithheld: readonly boolean[]) {
  const { classes, labels } = rows
  const counts = classes.map((_, place) => countOf(changes, placesOf(labels, place)))
  const isTold = toldOf(counts, isWithheld)
  const isSecret = secretClasses(rows)
  const flips = classes.flatMap((name, place): readonly NamedFlips[] => {
    const { n = 0, ...own } = counts[place] ?? {}
    return isSecret[place] === true ? [] : [{ name, n, ...none, ...(isTold[place] === true && own) }]
  })
  return { flips, told: { partOf: Int32Array.from(labels), parts: classes.length, isTold } }
}

function sliceFlips({ slices: { names, rows }, isShown }: Omit<Division, 'column'>, changes: Changes) {
  const counts = rows.map((places) => countOf(changes, places))
  const canBeTold = toldOf(
    counts,
    counts.map((_, place) => isShown[place] !== true),
  )
  const sorted = counts
    .map((count, place) => ({ ...count, place, name: names[place] ?? '' }))
    .filter(({ place }) => canBeTold[place])
    .toSorted((a, b) => b.gained + b.lost - (a.gained + a.lost))
    .slice(0, mostSlices)
  return {
    slices: sorted.map(({ name, n, gained, lost }) => ({ name, n, gained, lost })),
    withheld: rows.length - sorted.length,
    told: {
      ...partitionBy(rows, changes.length),
      isTold: rows.map((_, place) => sorted.some((one) => one.place === place)),
    },
  }
}

function toldOf(counts: readonly Counted[], secrets: readonly boolean[]): readonly boolean[] {
  const kinds = [counts.map(({ gained }) => gained), counts.map(({ lost }) => lost)]
  return withheldParts(kinds, secrets).map((isHidden) => !isHidden)
}

function countOf(changes: Changes, places: Iterable<number>): Counted {
  let [n, gained, lost] = [0, 0, 0]
  for (const place of places) {
    n += 1
    if (changes[place] === 1) gained += 1
    else if (changes[place] === -1) lost += 1
  }
  return { n, gained, lost }
}

function* placesOf(labels: Float64Array, wanted: number): Generator<number> {
  for (let row = 0; row < labels.length; row++) if (labels[row] === wanted) yield row
}
