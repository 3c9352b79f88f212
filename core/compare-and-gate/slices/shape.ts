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

const crossShape = z
  .array(columnShape)
  .min(2)
  .max(5)
  .describe('Columns that are crossed: each combination of their values is a slice, `country = DE, sex = f`.')

/** What divides the rows: one column, or several that are crossed. */
export const byShape = z.union([columnShape, crossShape])

/** One entry of `slices` in the criteria file. */
export const slicesShape = z
  .strictObject({
    by: z.array(byShape).min(1).describe('Columns, and lists of columns that are crossed.'),
    metric: z.enum([...metricNames, 'custom']),
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
      .describe(
        'A slice with fewer rows (queries, for metrics that rank the rows of a query) is inconclusive: it is listed and counted.',
      ),
    proveNonInferior: z
      .boolean()
      .default(false)
      .describe(
        'True: on each slice it must be proven that the candidate is worse by less than noHarm. That needs no correction for their number.',
      ),
    minPower: z
      .number()
      .min(0.5)
      .lt(1)
      .optional()
      .describe(
        'A slice is inconclusive when with this probability it would not show that an equal candidate is worse by less than noHarm there.',
      ),
    onInconclusive: z
      .enum(['warn', 'fail'])
      .optional()
      .describe(
        'What slices do that are inconclusive. warn: they are listed, and do not decide. fail: one of them fails the entry. Left out, they do not decide, but where each slice must be proven, they leave the entry inconclusive.',
      ),
    required: z.boolean().default(true).describe('False: harm is reported, and does not fail the gate.'),
  })
  .refine(
    ({ noHarm, proveNonInferior, minPower }) => noHarm > 0 || !(proveNonInferior || minPower !== undefined),
    'give a noHarm above 0 with proveNonInferior and with minPower: that a model is equal cannot be proven',
  )
  .refine(
    ({ proveNonInferior, minPower }) => !proveNonInferior || minPower === undefined,
    'give minPower where nothing must be proven: a proof needs no other power',
  )

/** A column by which rows are divided. */
export type SliceColumn = z.infer<typeof columnShape>

/** What divides the rows. */
export type SlicesBy = z.infer<typeof byShape>

export type Slicing = z.infer<typeof slicesShape>
