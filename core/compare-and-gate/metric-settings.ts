import { z } from 'zod'
import type { MetricName } from '../stats/metrics.ts'
import type { MetricSettings } from '../stats/row-values.ts'
import { type Custom, customShape } from './customs/shape.ts'
import { metricOf } from './metric-of.ts'

/** What some metrics must be told, as keys beside `metric`. */
export const settingsShape = {
  k: z
    .int()
    .min(1)
    .optional()
    .describe(
      'For topK: among how many of the most probable classes the true one must be. For ndcg, mrr, hitAtK, recallAtK and precisionAtK: how many of the first places of a query count.',
    ),
  class: z
    .string()
    .min(1)
    .optional()
    .describe('For precision, recall and f1: the class that they are about, by its name. By default the last of two.'),
  quantile: z.number().gt(0).lt(1).optional().describe('For pinball: the quantile that the model predicts.'),
  cost: z
    .record(z.string(), z.number())
    .optional()
    .describe(
      'For cost: what mistakes cost, as `true->predicted: cost` by the names of the classes. A pair that is left out costs 0.',
    ),
  custom: customShape.optional().describe('For custom: a metric of your own.'),
}

interface Settings {
  readonly metric: MetricName | 'custom'
  readonly k?: number | undefined
  readonly class?: string | undefined
  readonly quantile?: number | undefined
  readonly cost?: Readonly<Record<string, number>> | undefined
  readonly custom?: Custom | undefined
}

/** What is wrong with the settings of a metric: one that it needs is missing, or one that it does not look at is given. */
export function settingFaults(settings: Settings, classes: readonly string[]): readonly string[] {
  const isCustom = settings.metric === 'custom'
  if (isCustom && settings.custom === undefined) return ['needs custom, which says what the metric is']
  const { needs, takes, unit } = metricOf(settings)
  const faults: string[] = []
  if (!isCustom && settings.custom !== undefined) faults.push(`gives custom, and asks for ${settings.metric}`)
  for (const name of ['k', 'class', 'quantile', 'cost'] as const) {
    const isGiven = settings[name] !== undefined
    if (isGiven && needs !== name && takes !== name)
      faults.push(`gives ${name}, which ${settings.metric} does not look at`)
    if (!isGiven && needs === name) faults.push(`needs ${name} for ${settings.metric}`)
  }
  if (settings.k !== undefined && unit !== 'query' && settings.k >= classes.length)
    faults.push(
      `gives k: ${settings.k}, and there are ${classes.length} classes: the true one would always be among them`,
    )
  if (settings.class !== undefined && !classes.includes(settings.class))
    faults.push(`gives class: ${settings.class}, which is not one of the classes ${classes.join(', ')}`)
  const pairs = new Set(classes.flatMap((truth) => classes.map((said) => pair(truth, said))))
  for (const name of Object.keys(settings.cost ?? {})) {
    if (!pairs.has(name))
      faults.push(`gives a cost of ${name}, which is not true->predicted of the classes ${classes.join(', ')}`)
  }
  return faults
}

/** The settings as the statistics take them: costs by the places of the classes. */
export function settingsOf({ k, class: named, quantile, cost }: Settings, classes: readonly string[]): MetricSettings {
  const matrix = cost && classes.map((truth) => classes.map((said) => cost[pair(truth, said)] ?? 0))
  const positive = named === undefined ? undefined : classes.indexOf(named)
  return { classes: classes.length, k, positive, quantile, cost: matrix }
}

function pair(truth: string, said: string): string {
  return `${truth}->${said}`
}
