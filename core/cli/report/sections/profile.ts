import { isDigest } from '../../../records/digest.ts'
import type { Evidence } from '../../show/evidence.ts'
import type { ReportFacts } from '../facts.ts'
import { html, type Markup, type Part } from '../html.ts'
import { binsOf, highestHeld, type Profile, type Rate, readProfile } from '../read/profile.ts'
import { unique } from '../read/unique.ts'
import { histogram } from '../svg/histogram.ts'
import { legend } from '../svg/legend.ts'
import { percentiles } from '../svg/percentiles.ts'
import { table } from '../table.ts'
import { actor, count, counted, digestMark, duration, milliseconds, moment, percentage } from '../words.ts'
import { badge, nothing, type Section } from './section.ts'

/** How fast each package answered, newest first: latency by rate, its distribution, processor time and memory. */
export function profileSection({ versions, model }: ReportFacts): Section {
  const told = unique(versions.flatMap(({ evidence }) => evidence)).flatMap((one) => {
    if (one.kind !== 'profile') return []
    const profile = readProfile(one)
    // The same bytes may have been measured as another model, too.
    if (profile !== undefined && profile.model !== model.name) return []
    return [profile === undefined ? unread(one) : profileArticle(one, profile)]
  })
  const body = told.length === 0 ? [nothing('No package of this model has been measured yet.')] : told
  return { id: 'profile', title: 'Profile', body }
}

function unread({ id, at }: Evidence): Markup {
  return html`<p>The evidence ${digestMark(id)} of ${moment(at)} has a form that this release does not read.</p>`
}

function profileArticle(evidence: Evidence, profile: Profile): Markup {
  const { candidate, served, machine, durationMs, rowsPerRequest, rates } = profile
  const id = `profile-${evidence.id.slice(7, 19)}`
  return html`<article aria-labelledby="${id}">
<h3 id="${id}">${candidate} under load</h3>
<p class="meta">${moment(evidence.at)} by ${actor(evidence.by)}, ${whatAnswered(served)} on ${machine.cpus} × ${machine.cpuModel}, evidence ${digestMark(evidence.id)}</p>
<p class="sentence">${sentence(rates)}</p>
<p>${duration(durationMs)} at each rate, ${counted(rowsPerRequest, 'row')} in each request. Latency counts from the moment when a request was due. Another machine has other numbers.</p>
${latencies(rates, id)}
${distribution(rates, id)}
${numbers(profile)}
</article>`
}

function whatAnswered({ package: packed, image, limits = {}, address, engine }: Profile['served']): Markup {
  const what =
    packed !== undefined && isDigest(packed.digest)
      ? html`package ${digestMark(packed.digest)}`
      : html`<code>${address ?? 'a server'}</code>`
  if (image === undefined) return html`${what} (${engine})`
  const { cpus, memoryBytes } = limits
  const most = [
    ...(cpus === undefined ? [] : [`${cpus} CPU`]),
    ...(memoryBytes === undefined ? [] : [`${count(memoryBytes / 2 ** 20)}\u00A0MiB`]),
  ]
  const allowed = most.length === 0 ? 'without limits' : `with ${most.join(' and ')} at most`
  return html`${what} (${engine}) in a container of <code>${image.name}</code> ${allowed}`
}

function sentence(rates: readonly Rate[]): string {
  const best = highestHeld(rates)
  const [slowest] = rates
  if (slowest === undefined) return 'Nothing was measured.'
  if (best === undefined) return `It did not keep up with ${count(slowest.rate)} requests a second.`
  const beyond = rates[rates.indexOf(best) + 1]
  const { p50, p99 } = best.latencyMs ?? {}
  const latency =
    p50 === undefined || p99 === undefined
      ? ''
      : `: half of the answers came within ${milliseconds(p50)}, 99 of 100 within ${milliseconds(p99)}`
  return `It kept up with ${count(best.rate)} requests a second${latency}.${beyond === undefined ? '' : ` With ${count(beyond.rate)} it did not.`}`
}

function latencies(rates: readonly Rate[], id: string): Part {
  const rows = rates.flatMap(({ rate, latencyMs }) =>
    latencyMs === undefined ? [] : [{ label: `${count(rate)}/s`, ...latencyMs }],
  )
  if (rows.length === 0) return undefined
  return html`<figure><figcaption>Latency by requests a second</figcaption>${legend([
    { sample: 'p50', words: 'half of the answers came within' },
    { sample: 'p90', words: '90 of 100' },
    { sample: 'p99', words: '99 of 100' },
  ])}
${percentiles({
  id: `${id}-rates`,
  title: 'Percentiles of the latency at each rate',
  description: rows
    .map(
      ({ label, p50, p90, p99 }) =>
        `${label}: p50 ${milliseconds(p50)}, p90 ${milliseconds(p90)}, p99 ${milliseconds(p99)}.`,
    )
    .join(' '),
  rows,
  unit: '\u00A0ms',
})}</figure>`
}

/** The distribution at the highest rate that was kept up with, else at the lowest. */
function distribution(rates: readonly Rate[], id: string): Part {
  const shown = highestHeld(rates) ?? rates[0]
  if (shown?.latencyBuckets === undefined || shown.latencyMs === undefined) return undefined
  const { p50, p90, p99 } = shown.latencyMs
  const bins = binsOf(shown.latencyBuckets)
  const marks = Object.entries({ p50, p90, p99 }).map(([name, value]) => ({
    value,
    label: `${name} ${milliseconds(value)}`,
  }))
  return html`<figure><figcaption>How the latencies spread at ${count(shown.rate)} requests a second</figcaption>
${histogram({
  id: `${id}-spread`,
  title: `Histogram of the latency at ${count(shown.rate)} requests a second`,
  description: `${counted(
    bins.reduce((sum, bin) => sum + bin.count, 0),
    'answer',
  )}: ${marks.map(({ label }) => label).join(', ')}.`,
  bins,
  unit: '\u00A0ms',
  marks,
})}</figure>`
}

function numbers({ rates, candidate }: Profile): Markup {
  const isLimited = rates.some(({ throttledShare }) => throttledShare !== undefined)
  return table({
    caption: `What was measured of ${candidate} at each rate. Memory is the most that the server had by then.`,
    columns: [
      { head: 'requests/s', isNumeric: true },
      { head: 'answered/s', isNumeric: true },
      { head: 'p50', isNumeric: true },
      { head: 'p90', isNumeric: true },
      { head: 'p99', isNumeric: true },
      { head: 'longest', isNumeric: true },
      { head: 'failed', isNumeric: true },
      { head: 'CPU per request', isNumeric: true },
      { head: 'memory', isNumeric: true },
      ...(isLimited ? [{ head: 'throttled', isNumeric: true }] : []),
      { head: 'kept up' },
    ],
    rows: rates.map((rate) => numbersOf(rate, isLimited)),
  })
}

function numbersOf(rate: Rate, isLimited: boolean): readonly Part[] {
  const { latencyMs, cpuMsPerRequest, memoryBytes } = rate
  const times = [latencyMs?.p50, latencyMs?.p90, latencyMs?.p99, latencyMs?.max]
  return [
    count(rate.rate),
    rate.achieved.toFixed(1),
    ...times.map((ms) => (ms === undefined ? undefined : milliseconds(ms))),
    count(rate.errors),
    cpuMsPerRequest === undefined ? undefined : milliseconds(cpuMsPerRequest),
    memoryBytes === undefined ? undefined : `${count(memoryBytes / 2 ** 20)}\u00A0MiB`,
    ...(isLimited ? [rate.throttledShare === undefined ? undefined : percentage(rate.throttledShare)] : []),
    rate.held ? badge('pass', 'yes') : badge('fail', 'no'),
  ]
}
