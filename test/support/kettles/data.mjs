// Makes data/earlier.csv and data/later.csv, always the same: node data.mjs
import { mkdirSync, writeFileSync } from 'node:fs'

let state = 2013
// Numerical Recipes' linear congruential generator: enough for kettles.
const uniform = () => (state = (1664525 * state + 1013904223) % 2 ** 32) / 2 ** 32
const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())

mkdirSync('data', { recursive: true })
for (const name of ['earlier', 'later']) {
  const rows = Array.from({ length: 3000 }, (_, index) => {
    const [fill, heat] = [normal(), normal()]
    const boilsOver = uniform() < 1 / (1 + Math.exp(0.5 - 1.4 * fill - 1.1 * heat))
    return `${name[0]}${index},${fill.toFixed(4)},${heat.toFixed(4)},${boilsOver ? 1 : 0}`
  })
  writeFileSync(`data/${name}.csv`, `${['kettle,fill,heat,boils_over', ...rows].join('\n')}\n`)
}
