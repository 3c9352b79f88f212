import { measured, names, type Measured } from './measure.ts'

/** A number as a person writes it; next to 1 by its complement. */
function short(value: number): string {
  if (value > 0.999 && value < 1) return `1 - ${short(Number((1 - value).toPrecision(2)))}`
  const plain = String(value)
  if (plain.length <= 5) return plain
  return Math.abs(value) >= 0.001 && Math.abs(value) < 1e5 ? String(Number(value.toPrecision(4))) : power(value)
}

function power(value: number): string {
  return Number(value.toPrecision(3)).toExponential().replace('e+', 'e')
}

function row({ name, points, ranges, worst, worstAt, scipy }: Measured): string {
  const range = ranges.map(({ name: argument, low, high }) => `${argument} ${short(low)} … ${short(high)}`).join(', ')
  const at = worstAt.map((value, place) => `${ranges[place]?.name} ${short(value)}`).join(', ')
  const other = scipy === undefined ? 'no value' : power(Number(scipy.toPrecision(1)))
  return `| \`${name}\` | ${points} | ${range} | ${worst === 0 ? '0' : power(Number(worst.toPrecision(1)))} | ${at} | ${other} |`
}

console.log('| function | points | range | worst relative error | where | scipy’s worst |')
console.log('|---|---|---|---|---|---|')
for (const name of names) console.log(row(measured(name)))
