import { z } from 'zod'
import { budgetsShape } from '../records/budgets.ts'
import { canaryCriteriaShape } from '../records/canary.ts'
import { type Metric, metrics, type MetricName } from '../stats/metrics.ts'
import { ambiguousCustoms } from './customs/customs.ts'
import { fairnessShape } from './fairness/shape.ts'
import { rates } from './fairness/rates.ts'
import { reuseShape } from './reuse/shape.ts'
import { slicesShape } from './slices/shape.ts'
import { hollowFaults } from './hollow.ts'
import { metricFaults } from './metric-faults.ts'
import { metricOf } from './metric-of.ts'
import { leastOf, marginShape } from './margin.ts'
import { settingFaults, settingsShape } from './metric-settings.ts'

const metricNames = Object.keys(metrics) as [MetricName, ...MetricName[]]
const finite = z.number()

const absoluteShape = z
  .strictObject({
    min: finite.optional().describe('Proven when the lower confidence bound is at least this.'),
    max: finite.optional().describe('Proven when the upper confidence bound is at most this.'),
    mode: z
      .enum(['proven', 'point'])
      .optional()
      .describe(
        'point: the estimate alone decides, at no stated error rate, and the result says so. By default it must be proven.',
      ),
  })
  .refine(({ min, max }) => (min === undefined) !== (max === undefined), 'give one of min and max')

const versusShape = z
  .strictObject({
    nonInferior: marginShape
      .optional()
      .describe(
        'Proven when the candidate is worse by less than this margin beyond chance: in the metric’s unit, or a text such as "2%" of the champion’s metric.',
      ),
    superior: marginShape
      .optional()
      .describe(
        'Proven when the candidate is better by more than this beyond chance: in the metric’s unit, or a text such as "1%" of the champion’s metric.',
      ),
  })
  .refine(
    ({ nonInferior, superior }) => (nonInferior === undefined) !== (superior === undefined),
    'give one of nonInferior and superior',
  )

const criterionShape = z
  .strictObject({
    metric: z.enum([...metricNames, 'custom']),
    ...settingsShape,
    required: z.boolean().default(true).describe('False: reported, but not decisive.'),
    absolute: absoluteShape.optional().describe('A bound on the candidate alone.'),
    vsChampion: versusShape.optional().describe('A comparison with the champion on the same rows.'),
  })
  .refine(
    ({ absolute, vsChampion }) => absolute !== undefined || vsChampion !== undefined,
    'give absolute, vsChampion or both',
  )

const wholeShape = z.strictObject({
  version: z.literal(1),
  data: z.strictObject({
    file: z
      .string()
      .min(1)
      .describe(
        'The evaluation data: CSV or TSV with a header, JSON Lines, or Parquet. Relative to the model’s folder.',
      ),
    id: z.string().min(1).describe('The column that names a row. Row order alone is no name.'),
    label: z.string().min(1).describe('The column with the truth.'),
    query: z
      .string()
      .min(1)
      .optional()
      .describe(
        'For metrics that rank rows: the column that says which query a row belongs to. The label is then how relevant a row is, 0 for not at all.',
      ),
    classes: z
      .array(z.string('write it as a text, in quotes').min(1))
      .min(2)
      .default(['0', '1'])
      .describe(
        'The classes as the label column writes them, in the order of the model’s probabilities; the last of two is the positive one.',
      ),
    weight: z
      .string()
      .min(1)
      .optional()
      .describe(
        'A column of numbers above 0: how much each row counts for; for metrics that rank the rows of a query one number for all rows of it. Only their ratios matter.',
      ),
    cluster: z
      .string()
      .min(1)
      .optional()
      .describe(
        'A column that names what rows of one another depend on, such as the user: rows of one user are no independent rows.',
      ),
    features: z
      .array(z.string().min(1))
      .optional()
      .describe('For a model with one matrix input: its columns in order.'),
  }),
  alpha: z.number().gt(0).lt(0.5).default(0.05).describe('One-sided error probability of each criterion.'),
  onInconclusive: z
    .enum(['fail', 'warn'])
    .optional()
    .describe(
      'What an inconclusive verdict does to the step; its input of the same name, where given, wins. By default it fails the step.',
    ),
  criteria: z.array(criterionShape).min(1),
  budgets: budgetsShape.optional().describe('What the candidate may need, plainly compared.'),
  slices: z
    .array(slicesShape)
    .min(1)
    .optional()
    .describe('Parts of the rows on which the candidate must not be shown to be worse than the champion.'),
  fairness: z
    .array(fairnessShape)
    .min(1)
    .optional()
    .describe('Groups of rows whose rates must not lie far apart, or not farther than the champion’s.'),
  reuse: reuseShape
    .optional()
    .describe('How alpha is spent when the same data judges candidate after candidate; the uses are counted anyway.'),
  canary: canaryCriteriaShape.optional().describe('How deploy-canary judges a canary; the gate does not read it.'),
})

/** The gate's criteria file. Every required criterion must be proven; that needs no correction for their number (Berger 1982). */
export const criteriaShape = wholeShape.superRefine(({ data, criteria, slices = [], fairness = [] }, context) => {
  const { classes } = data
  const fault = (path: readonly (string | number)[], message: string) =>
    context.addIssue({ code: 'custom', path: [...path], message })
  if (new Set(classes).size < classes.length) fault(['data', 'classes'], 'names a class twice')
  const every = [
    ...criteria.map((one, at) => ({ one, path: ['criteria', at] })),
    ...slices.map((one, at) => ({ one, path: ['slices', at] })),
  ]
  for (const { one, path } of every) for (const message of settingFaults(one, classes)) fault(path, message)
  const asked = every
    .filter(({ one }) => one.metric !== 'custom' || one.custom !== undefined)
    .map(({ one, path }) => ({ one, path, metric: metricOf(one) }))
  const isNumeric = areAboutNumbers(
    asked.map(({ metric }) => metric),
    classes,
  )
  for (const { one, path, metric } of asked) {
    const where = { isRequired: one.required, custom: one.custom, isOfSlices: path[0] === 'slices', isNumeric, data }
    for (const { at, message } of metricFaults({ metric, ...where }))
      fault(at === undefined ? path : [...path, at], message)
    if ('vsChampion' in one && asksForShare(one.vsChampion) && mayBeNegative(metric, one.cost))
      fault([...path, 'vsChampion'], `asks for a share of ${metric.name}, which can be below 0: give a number`)
    if ('absolute' in one)
      boundFault(metric, one.absolute, (key, message) => fault([...path, 'absolute', key], message))
    for (const { at, message } of hollowFaults(metric, one)) fault([...path, ...at], message)
  }
  for (const name of ambiguousCustoms({ criteria, slices })) fault(['criteria'], `describe two metrics as ${name}`)
  if (data.query !== undefined && asked.every(({ metric }) => metric.unit !== 'query'))
    fault(['data', 'query'], 'is given, and no metric ranks the rows of a query')
  if (data.query !== undefined && fairness.length > 0)
    fault(['fairness'], 'compares classes of independent rows, and data.query ranks the rows of a query')
  for (const [at, { metric }] of fairness.entries()) {
    if (rates[metric].isBinary && classes.length !== 2)
      fault(['fairness', at, 'metric'], `is ${metric}, which is for two classes, and there are ${classes.length}`)
    if (asked.some(({ metric: one }) => one.predicts === 'value'))
      fault(['fairness', at, 'metric'], `is ${metric}, which is about classes, beside metrics about numbers`)
  }
})

/** A bound that a model keeps by being bad turns the gate around. */
function boundFault(
  { name, direction }: Metric,
  absolute: z.infer<typeof absoluteShape> | undefined,
  fault: (key: string, message: string) => void,
) {
  const [wrong, right] = direction === 'higher' ? (['max', 'min'] as const) : (['min', 'max'] as const)
  if (absolute?.[wrong] !== undefined)
    fault(wrong, `is asked of ${name}, where ${direction} is better: a worse model would keep it; give ${right}`)
}

export type Criteria = z.infer<typeof criteriaShape>
export type Criterion = Criteria['criteria'][number]

function asksForShare(versus: Criterion['vsChampion']): boolean {
  return versus !== undefined && leastOf(versus).isRelative
}

/** Whether a share of a model's metric may mean the opposite, since it can be below 0. */
function mayBeNegative({ name, range }: Metric, cost: Readonly<Record<string, number>> = {}): boolean {
  return name === 'cost' ? Object.values(cost).some((one) => one < 0) : range.lower < 0
}

/** Every metric that the criteria, their slices and their fairness ask for, once; all rates of groups need classes, as accuracy does. */
export function askedMetrics({
  criteria,
  slices = [],
  fairness = [],
}: Pick<Criteria, 'criteria' | 'slices' | 'fairness'>): readonly Metric[] {
  const asked = [...criteria, ...slices].map((one): Metric => metricOf(one))
  const all = [...asked, ...(fairness.length > 0 ? [metrics.accuracy] : [])]
  return [...new Map(all.map((metric) => [metric.name, metric])).values()]
}

/**
 * Whether the labels are numbers: every metric looks at values. Metrics of the project's own look at anything; where there is no
 * other, the labels are numbers unless the criteria name classes.
 */
export function areAboutNumbers(asked: readonly Metric[], classes: readonly string[]): boolean {
  const known = asked.filter(({ predicts }) => predicts !== 'custom')
  if (known.length > 0) return known.every(({ predicts }) => predicts === 'value')
  return classes.join() === '0,1'
}
