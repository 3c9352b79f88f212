// The rule for error rates against the rules of others, over the same simulated canaries with known truth: `npm run sim:canary
// [runs]`. Prints a table; never a part of the tests, which assert the promises on fewer runs (simulation.test.ts).
import { defaultErrorPolicy } from '../../../core/stats/canary/policy.ts'
import { lateOnset, nearlyPerfect, rampWithIncident, steady, usual, withAbsoluteMargin } from './scenarios.ts'
import { fixedThreshold, ours, peekingZ, type Rule, type Scenario, simulate, type Tally } from './simulate.ts'

const runs = Number(process.argv[2] ?? 2000)

/** What is compared. The threshold is the one that canary controllers' examples show; the z test is the textbook's. */
const rules: ReadonlyArray<readonly [name: string, rule: Rule]> = [
  ['this rule', ours()],
  ['errors independent', ours({ ...defaultErrorPolicy, dispersion: 'poisson' })],
  ['with absolute .2 %', ours(withAbsoluteMargin)],
  ['> 1.5 % in a minute, 4th', fixedThreshold(0.015)],
  ['z test, p < .05, each minute', peekingZ(0.025)],
]

const truths = [1, 1.5, 2, 5]
const traffics = [
  { share: 0.05, requestsPerSecond: 10 },
  { share: 0.1, requestsPerSecond: 10 },
  { share: 0.05, requestsPerSecond: 100 },
  usual,
  { share: 0.5, requestsPerSecond: 100 },
  { share: 0.1, requestsPerSecond: 1000 },
]

const scenarios: ReadonlyArray<readonly [name: string, scenario: Scenario]> = [
  ...traffics.flatMap((traffic) =>
    truths.map(
      (times) =>
        [`${traffic.share * 100} % of ${traffic.requestsPerSecond}/s, ${times}x`, steady(traffic, times)] as const,
    ),
  ),
  ['ramp, incident of both, 100/s', rampWithIncident(100)],
  ['ramp, incident of both, 1000/s', rampWithIncident(1000)],
  ['ramp, 2x from minute 20', lateOnset],
  ['bursts cv .2, 1000/s, 1x', { ...steady({ ...usual, requestsPerSecond: 1000 }, 1), burstiness: 0.2 }],
  ['bursts cv .5, 100/s, 1x', { ...steady(usual, 1), burstiness: 0.5 }],
  ['bursts cv .5, 1000/s, 1x', { ...steady({ ...usual, requestsPerSecond: 1000 }, 1), burstiness: 0.5 }],
  ['bursts cv .5, 50 % of 100/s, 1x', { ...steady({ share: 0.5, requestsPerSecond: 100 }, 1), burstiness: 0.5 }],
  ['bursts cv .5, 100/s, 2x', { ...steady(usual, 2), burstiness: 0.5 }],
  ['stable .001 %, 1x', nearlyPerfect(0)],
  ['stable .001 %, + .2 %', nearlyPerfect(0.002)],
]

console.log(
  `Stable fails 1 %, an hour, ${runs} canaries a row: share rolled back @ median minute / share promoted @ median minute.`,
)
console.log(`| canary | ${rules.map(([name]) => name).join(' | ')} |`)
console.log(`|---|${rules.map(() => '---').join('|')}|`)
for (const [index, [name, scenario]] of scenarios.entries()) {
  // The large traffic costs ten times as much to draw.
  const count = scenario.requestsPerSecond > 100 ? Math.ceil(runs / 4) : runs
  const tallies = simulate(
    scenario,
    rules.map(([, rule]) => rule),
    { runs: count, seed: 1000 + index },
  )
  console.log(`| ${name} | ${tallies.map(cell).join(' | ')} |`)
}

function cell({ rollback, promote, medianRollback, medianPromote }: Tally): string {
  return `${part(rollback, medianRollback)} / ${part(promote, medianPromote)}`
}

function part(share: number, minutes: number): string {
  return share === 0 ? '0' : `${share.toFixed(3)} @${Number(minutes.toFixed(1))}`
}
