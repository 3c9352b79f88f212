// How often the gate is wrong, over simulated rows with known truth: `npm run sim:gate [runs] [--workers n]`. Writes the tables of
// docs/gate-error-rates.md, or prints those of so many gates a cell. Never a part of the tests, which assert the promises on
// fewer runs (simulation.test.ts). What is done is kept in .cache, by the code that did it: an interrupted run goes on.
import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Cache } from './run/cache.ts'
import { codeDigest } from './run/code-digest.ts'
import { filled } from './run/page.ts'
import { workerModule } from './run/pool.ts'
import { type Progress, simulated } from './run/simulation.ts'
import { tables } from './tables/all.ts'

/** Gates a cell of the page. */
const usual = 4000

const root = new URL('../../../', import.meta.url)
const page = new URL('docs/gate-error-rates.md', root)

const { positionals, values } = parseArgs({ allowPositionals: true, options: { workers: { type: 'string' } } })
const runs = Number(positionals[0] ?? usual)
const workers = Number(values.workers ?? availableParallelism())
const digest = codeDigest(workerModule, new URL('package-lock.json', root))
const cache = new Cache(fileURLToPath(new URL(`.cache/gate-error-rates/${digest}.jsonl`, root)))

const found = await simulated(tables, { runs, workers, cache, onProgress: progress() })
let text = readFileSync(page, 'utf8')
for (const [name, lines] of found) {
  text = filled(text, name, lines)
  for (const line of ['', `## ${name}`, '', ...lines]) console.log(line)
}
if (positionals.length === 0) writeFileSync(page, text)

/** Tells now and then how far it is, on standard error. */
function progress(): (now: Progress) => void {
  const start = performance.now()
  let told = 0
  return ({ done, known, all }) => {
    const minutes = (performance.now() - start) / 60_000
    if (minutes - told < 0.25 && done < all) return
    told = minutes
    const left = (minutes / (done - known)) * (all - done)
    console.error(`${done} of ${all} pieces, after ${minutes.toFixed(1)} minutes; about ${left.toFixed(1)} more`)
  }
}
