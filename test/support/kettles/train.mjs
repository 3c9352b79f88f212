// Trains on data/earlier.csv as params.json says: writes model/kettles.onnx, and metrics to the file of $TRAINYARD_METRICS.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { logistic } from './onnx.mjs'

const all = ['fill', 'heat']
const { columns, unit } = /** @type {{ columns: string[], unit: number }} */ (
  JSON.parse(readFileSync('params.json', 'utf8'))
)
const [head = '', ...lines] = readFileSync('data/earlier.csv', 'utf8').trim().split('\n')
const names = head.split(',')
const rows = lines.map((line) => {
  const cells = line.split(',')
  const value = (/** @type {string} */ name) => Number(cells[names.indexOf(name)])
  return { x: all.map((name) => (columns.includes(name) ? value(name) * unit : 0)), y: value('boils_over') }
})
console.log(`Training on ${rows.length} kettles, by ${columns.join(' and ')}`)

const weights = all.map(() => 0)
let bias = 0
const predict = (/** @type {number[]} */ x) =>
  1 / (1 + Math.exp(-x.reduce((sum, value, index) => sum + value * (weights[index] ?? 0), bias)))
for (let step = 0; step < 200; step += 1) {
  const errors = rows.map(({ x, y }) => predict(x) - y)
  for (const index of weights.keys()) {
    const slope = errors.reduce((sum, error, row) => sum + error * (rows[row]?.x[index] ?? 0), 0) / rows.length
    weights[index] = (weights[index] ?? 0) - 2 * slope
  }
  bias -= (2 * errors.reduce((sum, error) => sum + error, 0)) / rows.length
}
const logLoss = rows.reduce((sum, { x, y }) => sum - Math.log(y === 1 ? predict(x) : 1 - predict(x)), 0) / rows.length
console.log(`Log loss ${logLoss.toFixed(4)}`)

mkdirSync('model', { recursive: true })
writeFileSync('model/kettles.onnx', logistic(weights, bias))
const report = process.env['TRAINYARD_METRICS']
if (report !== undefined)
  writeFileSync(report, JSON.stringify({ metrics: { logLoss }, params: { columns: columns.join(' '), unit } }))
