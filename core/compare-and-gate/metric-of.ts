import { type Metric, metrics, type MetricName } from '../stats/metrics.ts'
import type { Custom } from './customs/shape.ts'

/** A criterion or an entry of slices, as far as it says which metric it asks for. */
export interface AskedMetric {
  readonly metric: MetricName | 'custom'
  readonly k?: number | undefined
  readonly class?: string | undefined
  readonly custom?: Custom | undefined
}

/**
 * The metric that is asked for. One of queries carries its number of places in its name: `ndcg@10` and `ndcg@3` are two
 * metrics of one criteria file. So does one of a class that is named: `recall(late)`. One of the project's own is the mean of a number per row.
 *
 * @throws RangeError for a metric of the project's own that is not described; the criteria's shape refuses it.
 */
export function metricOf({ metric: name, k, class: named, custom }: AskedMetric): Metric {
  if (name === 'custom') return ofCustom(custom)
  const metric = metrics[name]
  if (metric.takes === 'class' && named !== undefined) return ofClass(metric, named)
  if (metric.unit !== 'query' || k === undefined) return metric
  return { ...metric, name: `${name.replace(/AtK$/, '')}@${k}`, title: `${metric.title}@${k}` }
}

/** A metric of two classes, about one of any number of them: the others are taken together. */
function ofClass(metric: Metric, named: string): Metric {
  return { ...metric, isBinary: false, name: `${metric.name}(${named})`, title: `${metric.title} of ${named}` }
}

function ofCustom(custom: Custom | undefined): Metric {
  if (custom === undefined) throw new RangeError('the metric custom needs to be described')
  const { name, direction, kind, interval } = custom
  return {
    name,
    title: name,
    direction,
    ...(kind === 'whole' && { isOfParts: true, isResampled: interval === 'bca' }),
    family: 'mean-loss',
    predicts: 'custom',
    range: { lower: -Infinity, upper: Infinity },
    rows: ({ predictions }) => Float64Array.from(predictions),
  }
}
