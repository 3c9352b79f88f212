import { latencyBounds } from '../latency.ts'
import type { Table } from './table.ts'
import type { Tally } from './tally.ts'
import type { Upstream } from './upstream.ts'

/** The content type of the text format. */
export const metricsType = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * What a router counted, in the text format of Prometheus. Names of deployments need no escaping: they are letters, digits,
 * `-`, `_` and `.`.
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function metricsOf(table: Table, startedAt: Date): string {
  const { upstreams, shares } = table
  const each = (read: (upstream: Upstream) => number) => upstreams.map((one) => line(label(one), read(one)))
  const ends = ['answered', 'failed', 'broken', 'timed-out', 'abandoned'] as const
  const families: readonly (readonly [name: string, type: string, help: string, lines: readonly string[]])[] = [
    [
      'requests_total',
      'counter',
      'Requests that a deployment was sent, by how they ended; a retried one counts at each.',
      upstreams.flatMap((one) => ends.map((end) => line(`${label(one)},end="${end}"`, one.tally.ends[end]))),
    ],
    [
      'retried_total',
      'counter',
      'Requests that were sent again after a failure here.',
      each(({ tally }) => tally.retried),
    ],
    ['forced_total', 'counter', 'Requests sent here by name, outside the split.', each(({ tally }) => tally.forced)],
    ['in_flight', 'gauge', 'Requests that have begun and not ended.', each(({ inFlight }) => inFlight)],
    ['up', 'gauge', '1 where the server says that it is ready.', each(({ isUp }) => Number(isUp))],
    ['share_percent', 'gauge', 'The share of the traffic.', each(({ name }) => shares[name] ?? 0)],
    ['unserved_total', 'counter', 'Requests that no deployment could take.', [` ${table.unserved}`]],
    ['start_time_seconds', 'gauge', 'Since the epoch; the counts begin then.', [` ${startedAt.getTime() / 1000}`]],
  ]
  const text = families.map(([name, type, help, lines]) => family(name, { type, help, lines })).join('')
  const latency = upstreams.flatMap((upstream) => latencyLines(upstream, upstream.tally))
  return (
    text +
    family('duration_seconds', {
      type: 'histogram',
      help: 'From the request to the end of the answer.',
      lines: latency,
    })
  )
}

function family(name: string, parts: { type: string; help: string; lines: readonly string[] }): string {
  const full = `trainyard_router_${name}`
  return `# HELP ${full} ${parts.help}\n# TYPE ${full} ${parts.type}\n${parts.lines.map((each) => `${full}${each}\n`).join('')}`
}

function latencyLines(upstream: Upstream, tally: Tally): readonly string[] {
  let sum = 0
  const buckets = [...latencyBounds, '+Inf'].map((bound, at) => {
    sum += tally.latency[at] ?? 0
    return `_bucket${line(`${label(upstream)},le="${bound}"`, sum)}`
  })
  return [...buckets, `_sum${line(label(upstream), tally.latencySum)}`, `_count${line(label(upstream), sum)}`]
}

function label({ name }: Upstream): string {
  return `deployment="${name}"`
}

function line(labels: string, value: number): string {
  return `{${labels}} ${value}`
}
