// Prints the tables of measured error rates in docs/statistics.md: `npm run sim:stats [runs]`.
import { fewRows } from './few-rows.ts'
import { type Coverage, coverageErrors, levelOf } from './measure.ts'
import { coverages, levels } from './settings.ts'

const runs = Number(process.argv[2] ?? 6000)

function share(value: number): string {
  return value.toFixed(3).replace(/^0/, '')
}

function coverageTable(settings: readonly Coverage[]): void {
  console.log('| interval | rows | runs | lower bound errs | upper bound errs |')
  console.log('|---|---|---|---|---|')
  for (const setting of settings) {
    const errors = coverageErrors(setting, runs)
    const cells = [errors.lower, errors.upper].map(share)
    console.log(`| ${[setting.method, setting.rows, errors.runs, ...cells].join(' | ')} |`)
  }
  console.log('')
}

coverageTable(coverages)
console.log('| test | rows | runs | refutes what is true |')
console.log('|---|---|---|---|')
for (const setting of levels) {
  const { runs: counted, error } = levelOf(setting, runs)
  console.log(`| ${[setting.method, setting.rows, counted, share(error)].join(' | ')} |`)
}
console.log('')
console.log('| rows | t | t without skewness (the gate’s) | sign flips |')
console.log('|---|---|---|---|')
for (const { rows, student, unskewed, signFlips } of fewRows([10, 15, 29])) {
  const cells = [student, unskewed, signFlips]
    .map((setting) => coverageErrors(setting, runs))
    .map(({ lower, upper }) => `${share(lower)} / ${share(upper)}`)
  console.log(`| ${[rows, ...cells].join(' | ')} |`)
}
