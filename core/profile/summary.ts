import { code, plain, table } from '../main/markdown.ts'
import { shortDigest } from '../records/digest.ts'
import type { ProfilePredicate, RateProfile } from '../records/evidence.ts'
import { highestThatHeld } from './judge.ts'

/** The page about a profile: the highest rate that held, a row for each rate, and where it was measured. */
export function summaryOf(profile: ProfilePredicate): string {
  const { candidate, rates, machine, served, data, rowsPerRequest, durationMs } = profile
  const isLimited = rates.some(({ throttledShare }) => throttledShare !== undefined)
  return [
    `### 📈 ${code(candidate)} ${headline(rates)}`,
    '',
    table(
      [
        'requests/s',
        'answered/s',
        'p50',
        'p90',
        'p99',
        'errors',
        'CPU ms/request',
        'memory',
        ...(isLimited ? ['throttled'] : []),
        'held',
      ],
      rates.map((rate) => row(rate, isLimited)),
    ),
    '',
    ...bars(rates),
    '',
    `Latency counts from when a request was due. ${durationMs / 1000} s at each rate, ${rowsPerRequest} ${rowsPerRequest === 1 ? 'row' : 'rows'} in each request, from ${data.rows.toLocaleString('en-US')} rows of ${code(data.file)}.`,
    '',
    `Asked was ${whatServed(served)}, by ${code(served.engine)}, on ${machine.cpus} × ${code(machine.cpuModel)}. Another machine has other numbers.`,
    '',
  ].join('\n')
}

/** "held 100 requests/s: p50 1.2 ms, p99 4.5 ms"; for the page and for the sentence that ends the step. */
export function headline(rates: readonly RateProfile[]): string {
  const best = highestThatHeld(rates)
  if (best === undefined) return `did not keep up with ${rates[0]?.rate ?? 0} requests/s`
  const latency =
    best.latencyMs === undefined ? '' : `: p50 ${inMs(best.latencyMs.p50)}, p99 ${inMs(best.latencyMs.p99)}`
  const beyond = rates[rates.indexOf(best) + 1]
  return `held ${best.rate} requests/s${latency}${beyond === undefined ? '' : `, and not ${beyond.rate}`}`
}

function whatServed({ package: packed, image, limits, address }: ProfilePredicate['served']): string {
  if (packed === undefined) return code(address ?? '')
  const name = `the package ${code(shortDigest(packed.digest))}`
  if (image === undefined) return name
  const { cpus, memoryBytes } = limits ?? {}
  const most = [
    ...(cpus === undefined ? [] : [`${cpus} CPU`]),
    ...(memoryBytes === undefined ? [] : [`${memoryBytes / 2 ** 20} MiB of memory`]),
  ]
  const allowed = most.length === 0 ? 'without limits' : `that may use ${most.join(' and ')}`
  return `${name} in a container of ${code(image.name)} ${allowed}, on the network of the machine`
}

function row(measured: RateProfile, isLimited: boolean): readonly string[] {
  const { rate, achieved, latencyMs, errors, cpuMsPerRequest, memoryBytes, throttledShare, held } = measured
  return [
    String(rate),
    achieved.toFixed(1),
    ...[latencyMs?.p50, latencyMs?.p90, latencyMs?.p99].map((ms) => (ms === undefined ? '' : inMs(ms))),
    String(errors),
    cpuMsPerRequest === undefined ? '' : cpuMsPerRequest.toFixed(2),
    memoryBytes === undefined ? '' : `${Math.round(memoryBytes / 2 ** 20)} MiB`,
    ...(isLimited ? [throttledShare === undefined ? '' : `${Math.round(100 * throttledShare)} %`] : []),
    held ? '✅' : '❌',
  ]
}

const widest = 40

/** p50, p90 and p99 at each rate as one bar, on one scale. */
function bars(rates: readonly RateProfile[]): readonly string[] {
  const most = Math.max(...rates.map(({ latencyMs }) => latencyMs?.p99 ?? 0))
  if (most === 0) return []
  const label = Math.max(...rates.map(({ rate }) => String(rate).length))
  const lines = rates.map(({ rate, latencyMs }) => {
    const ends = [latencyMs?.p50, latencyMs?.p90, latencyMs?.p99].map((ms) => Math.round(((ms ?? 0) / most) * widest))
    const [p50 = 0, p90 = 0, p99 = 0] = ends
    return `${String(rate).padStart(label)}/s ${'█'.repeat(p50)}${'▓'.repeat(p90 - p50)}${'░'.repeat(p99 - p90)}`
  })
  return ['```', ...lines, `${' '.repeat(label)}   █ p50  ▓ p90  ░ p99; the widest is ${inMs(most)}`, '```']
}

/** Three digits, as far as they mean something. */
function inMs(ms: number): string {
  return `${ms >= 100 ? Math.round(ms) : Number(ms.toPrecision(3))} ms`
}

/** The page about a measurement that is not to be trusted. */
export function unmeasuredSummary(candidate: string, doubts: readonly string[]): string {
  const list = doubts.map((doubt) => `- ${plain(doubt)}`).join('\n')
  return `### ⚠️ ${code(candidate)} was not measured\n\nThis machine was too busy, or too slow, to send as asked, and what it saw is no profile:\n\n${list}\n`
}
