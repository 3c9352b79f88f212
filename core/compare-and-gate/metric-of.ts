import { type Metric, metrics, type MetricName } from '../stats/metrics.ts'

/** A criterion or an entry of slices, as far as it says which metric it asks for. */
export interface AskedMetric {
  readonly metric: MetricName
  readonly k?: number | undefined
}

/**
 * The metric that is asked for. One of queries carries its number of places in its name: `ndcg@10` and `ndcg@3` are two
 * metrics of one criteria file.
 */
export function metricOf({ metric: name, k }: AskedMetric): Metric {
  const metric = metrics[name]
  if (metric.unit !== 'query' || k === undefined) return metric
  return { ...metric, name: `${name.replace(/AtK$/, '')}@${k}`, title: `${metric.title}@${k}` }
}
