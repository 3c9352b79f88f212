import type { GeneratorEnd, WindowData } from './generator/messages.ts'
import { Histogram } from './histogram.ts'
import { generatorLimit } from './limits.ts'
import { percentilesOf } from './percentiles.ts'
import type { FullPlan } from './plan.ts'
import type { GeneratorReport, LoadCounts, LoadMeasure, LoadResult } from './result.ts'

/** The result of a load, from what its generator counted. */
export function resultOf(plan: FullPlan, end: GeneratorEnd): LoadResult {
  const windowMs = plan.durationMs / plan.windows
  const windows = end.windows.map((window, index) =>
    measureOf({ ...window, fromMs: index * windowMs, toMs: (index + 1) * windowMs }),
  )
  const total = merged(end.windows)
  const lag = percentilesOf(Histogram.from(end.lag))
  const { utilisation, mostInFlight, waited, gaveUp, resourcesLost } = end
  const generator: GeneratorReport = { ...(lag === undefined ? {} : { lag }), utilisation, mostInFlight, waited }
  const measured = {
    total: measureOf({
      ...total,
      fromMs: 0,
      toMs: plan.durationMs,
      ...(end.resources === undefined ? {} : { resources: end.resources }),
    }),
    windows,
    histogram: Histogram.from(total.latency),
    generator,
    ...(resourcesLost === undefined ? {} : { resourcesLost }),
  }
  const reason = generatorLimit(plan, { generator, latencyP99Ms: measured.total.latency?.p99, gaveUp })
  return reason === undefined ? { kind: 'measured', ...measured } : { kind: 'generator-limited', reason, ...measured }
}

function measureOf(window: WindowData & { readonly fromMs: number; readonly toMs: number }): LoadMeasure {
  const { fromMs, toMs, counts, resources } = window
  const latency = percentilesOf(Histogram.from(window.latency))
  const service = percentilesOf(Histogram.from(window.service))
  return {
    fromMs,
    toMs,
    counts,
    ...(latency === undefined ? {} : { latency }),
    ...(service === undefined ? {} : { service }),
    ...(resources === undefined ? {} : { resources }),
  }
}

function merged(windows: readonly WindowData[]): WindowData {
  return {
    counts: windows.map(({ counts }) => counts).reduce(sumOf),
    latency: mergedHistogram(windows.map(({ latency }) => Histogram.from(latency))),
    service: mergedHistogram(windows.map(({ service }) => Histogram.from(service))),
  }
}

function mergedHistogram(all: readonly Histogram[]) {
  const sum = new Histogram()
  for (const one of all) sum.merge(one)
  return sum.data()
}

function sumOf(a: LoadCounts, b: LoadCounts): LoadCounts {
  return {
    due: a.due + b.due,
    statuses: sumByName(a.statuses, b.statuses),
    errors: sumByName(a.errors, b.errors),
    timedOut: a.timedOut + b.timedOut,
  }
}

function sumByName(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): Record<string, number> {
  const sum: Record<string, number> = { ...a }
  for (const [name, count] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + count
  return sum
}
