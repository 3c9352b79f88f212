/** What rounding leaves of a zero; the vectors hold whole numbers that stay small. */
const nothing = 1e-9

/** Whether any of the targets, vectors of 0 and 1, is a linear combination of the known ones: by Gaussian elimination. */
export function isInSpan(known: readonly (readonly number[])[], targets: readonly (readonly number[])[]): boolean {
  const rest = known.map((vector) => [...vector])
  const left = targets.map((vector) => [...vector])
  const columns = targets[0]?.length ?? 0
  for (let column = 0; column < columns; column += 1) {
    const pivot = rest.findIndex((vector) => Math.abs(vector[column] ?? 0) > nothing)
    if (pivot < 0) continue
    const [row = []] = rest.splice(pivot, 1)
    for (const vector of [...rest, ...left]) subtract(vector, row, column)
  }
  return left.some((vector) => vector.every((value) => Math.abs(value) <= nothing))
}

function subtract(vector: number[], row: readonly number[], column: number): void {
  const factor = (vector[column] ?? 0) / (row[column] ?? 1)
  if (factor === 0) return
  for (let at = column; at < row.length; at += 1) vector[at] = (vector[at] ?? 0) - factor * (row[at] ?? 0)
}
