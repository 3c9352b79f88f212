// Benchmarks: each runs ours and a peer (or a bound) in turn, in the same run, and prints the ratio of the medians. Absolute
// times are the machine's; the ratio is what can be compared. `npm run bench [name …]`; never a part of the tests.
import { copying } from './copying.ts'
import { gating } from './gating.ts'
import { registering } from './registering.ts'
import { scaling } from './scaling.ts'
import { scoring } from './scoring.ts'
import { resolving } from './resolving.ts'
import { routing } from './routing.ts'
import { starting } from './starting.ts'
import type { Bench } from './timing.ts'

const benches: readonly Bench[] = [starting, registering, resolving, routing, scoring, copying, gating, scaling]
const wanted = process.argv.slice(2)

for (const { name, run } of benches) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  for (const line of await run()) console.log(line)
}
