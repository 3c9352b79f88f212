import type { Count } from '../../records/gate-shape.ts'
import { withheld } from './withhold.ts'

/**
 * A confusion matrix with cells withheld so that none under ten can be had from the others, though the size of each class of ten
 * rows and more is known, and the number of rows that are right: both follow from metrics that the evidence states. All cells that are
 * withheld look the same: which of them are small is not told.
 *
 * @param matrix Rows by true class, then by predicted class.
 * @param isSecret Classes whose size must not become known: their rows are withheld whole.
 */
export function withheldMatrix(
  matrix: readonly (readonly number[])[],
  isSecret: readonly boolean[],
): readonly (readonly Count[])[] {
  const cells = matrix.flatMap((row, truth) => row.map((count, said) => ({ truth, said, count })))
  const places = (isWanted: (cell: { readonly truth: number; readonly said: number }) => boolean) =>
    cells.flatMap((cell, place) => (isWanted(cell) ? [place] : []))
  const totals = [
    ...matrix.map((_, of) => places(({ truth }) => truth === of)),
    places(({ truth, said }) => truth === said),
    places(({ truth, said }) => truth !== said),
  ]
  const relations = totals.map((total) => {
    const relation = new Float64Array(cells.length)
    for (const place of total) relation[place] = 1
    return relation
  })
  const isHidden = withheld([{ counts: cells.map(({ count }) => count), totals, relations, isGuarded: true }], {
    secrets: cells.map(({ truth }) => isSecret[truth] === true),
  })
  return matrix.map((row, truth) =>
    row.map((count, said) => (isHidden[truth * matrix.length + said] === true ? null : count)),
  )
}
