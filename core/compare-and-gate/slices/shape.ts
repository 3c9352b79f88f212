import { z } from 'zod'
import { metrics, type MetricName } from '../../stats/metrics.ts'
import { settingsShape } from '../metric-settings.ts'

const metricNames = Object.keys(metrics) as [MetricName, ...MetricName[]]

/** Fewer rows than this are never shown: a number about them is a number about people. */
export const FEWEST_SHOWN = 10

const columnShape = z.union([
  z.string().min(1).describe('A column of the evaluation data: each of its values is a slice.'),
  z
    .strictObject({
      column: z.string().min(1).describe('A column of numbers.'),
      bins: z
        .array(z.number())
        .min(1)
        .refine((bins) => bins.every((edge, at) => at === 0 || edge > (bins[at - 1] ?? edge)), 'must ascend')
        .describe('Where one slice ends and the next begins: [18, 65] makes three.'),
    })
    .describe('A column of numbers, cut into bins.'),
])

/** One entry of `slices` in the criteria file. */
export const slicesShape = z.strictObject({
  by: z.array(columnShape).min(1),
  metric: z.enum(metricNames),
  ...settingsShape,
  noHarm: z
    .number()
    .nonnegative()
    .describe(
      'A slice is harmed when the candidate is worse there by more than this, in the metric’s unit, beyond chance.',
    ),
  minRows: z
    .int()
    .min(FEWEST_SHOWN)
    .default(30)
    .describe('A slice with fewer rows is inconclusive: it is listed and counted, and does not decide.'),
  required: z.boolean().default(true).describe('False: harm is reported, and does not fail the gate.'),
})

export type Slicing = z.infer<typeof slicesShape>
