import { z } from 'zod'
import { digest, predictionsShape, sides } from './gate-predictions.ts'

/**
 * The gate's evidence as every reader takes it: the published JSON schema is made of this. Evidence may be of another release of
 * Trainyard, so that what only newer ones write is optional, and keys that are not known are let through.
 */

const number = z.number()
const count = z.int().nonnegative()
const interval = z
  .looseObject({ low: number, high: number, level: number.describe('Two-sided confidence, such as 0.9.') })
  .describe('A confidence interval with finite bounds.')

const compared = {
  metric: z.string(),
  isRequired: z.boolean().describe('False: reported, and does not decide.'),
  n: count.describe('Rows that it stands on, or queries.'),
  unit: z.literal('query').optional().describe('What `n` and `needed` count; rows where it is left out.'),
  clusters: count.optional().describe('In how many clusters of rows that depend on each other.'),
  effective: number.optional().describe('How many independent rows (or queries) of equal weight they are worth.'),
  candidate: number.optional(),
  champion: number.optional(),
  difference: number.optional().describe('Candidate minus champion, in the metric’s unit.'),
  interval: interval.optional(),
  margin: number.optional().describe('How much worse the candidate may be.'),
  pValue: number.optional(),
}

const criterionResult = z
  .looseObject({
    ...compared,
    criterion: z.string().describe('How the criteria file means it: `accuracy not worse by ≥ 0.005`.'),
    direction: z
      .enum(['higher', 'lower'])
      .optional()
      .describe('Which way the metric is better, where its name alone does not say so.'),
    kind: z.enum(['pass', 'fail', 'inconclusive']),
    bound: number.optional().describe('Of a bound on the candidate alone.'),
    needed: number.optional().describe('Rows that would decide, where it is inconclusive.'),
    mode: z.literal('point').optional().describe('The estimate alone decided, at no stated error rate.'),
    relative: number.optional().describe('Which share of the champion’s metric the margin is, where a share is asked.'),
    detectable: number
      .optional()
      .describe('What would be proven with a probability of 0.8: a true difference, or the metric of a bound.'),
    power: number.optional().describe('With which probability an equally good candidate would be proven non-inferior.'),
    sentence: z.string().describe('One plain sentence.'),
  })
  .describe('The judgement on one criterion.')

const sliceResult = z
  .looseObject({
    ...compared,
    slice: z.string().describe('`country = DE`, `18 ≤ age < 65`.'),
    kind: z.enum(['harmed', 'no harm shown', 'proven', 'inconclusive']),
    needed: number.optional(),
    pValue: number.optional().describe('Of harm, after Holm over all slices and metrics.'),
  })
  .describe('What is said of one slice of ten rows and more.')

const fairnessResult = z
  .looseObject({
    metric: z.string(),
    by: z.string().describe('`sex`.'),
    isRequired: z.boolean(),
    groups: z
      .array(
        z.looseObject({
          group: z.string().describe('`sex = f`.'),
          n: count.describe('Rows that the rate counts.'),
          rate: number.describe('The candidate’s.'),
          interval: interval.optional(),
          champion: number.optional(),
          hasEnough: z.boolean().describe('False: too few rows to be compared.'),
        }),
      )
      .describe('By ascending rate.'),
    hidden: count.describe('Of how many groups nothing is shown.'),
  })
  .describe('Groups whose rates are compared; the verdict on them stands in the results.')

const verdict = z.looseObject({
  kind: z.enum(['pass', 'fail', 'inconclusive']),
  isUncompared: z.boolean().default(false).describe('There was no champion: absolute criteria alone decided.'),
  reasons: z.array(z.string()).describe('One plain sentence first, then one for each criterion that did not pass.'),
  unchecked: z
    .array(z.string())
    .optional()
    .describe('What of both models could not be compared, a plain sentence each. It decides nothing.'),
  needed: number.optional().describe('The largest number of rows that an inconclusive required criterion needs.'),
  results: z.array(criterionResult),
  slices: z
    .looseObject({
      alpha: number.optional(),
      results: z.array(sliceResult).describe('Sorted by harm, the surest first.'),
      hidden: count.describe(
        'Of how many slices nothing is shown: fewer than ten rows, or what is shown would tell of such a slice.',
      ),
    })
    .optional(),
  fairness: z.array(fairnessResult).optional(),
})

const shown = z.union([count, z.null()]).describe('A number of rows; null where it is withheld.')

const flips = {
  gained: shown.describe('Rows that the candidate alone has right.'),
  lost: shown.describe('Rows that the champion alone has right.'),
  n: count,
}
const namedFlips = z.looseObject({ ...flips, name: z.string() })

const roc = z.looseObject(sides(z.looseObject({ auc: number, points: z.array(z.tuple([number, number])) })))
const calibration = z.looseObject(
  sides(z.array(z.looseObject({ n: count, predicted: number, observed: number, interval }))),
)

const shape = z
  .looseObject({
    confusion: z
      .looseObject({
        classes: z.array(z.string()),
        ...sides(z.array(z.array(shown))),
        weighted: z
          .looseObject(sides(z.array(z.array(z.union([number, z.null()])))))
          .optional()
          .describe('Where rows have weights: the share of each true class’s weight that is taken for each class.'),
      })
      .optional()
      .describe('Rows by true class, then by predicted class.'),
    confused: z
      .array(z.looseObject({ truth: z.string(), predicted: z.string(), ...sides(shown) }))
      .optional()
      .describe('The most confused pairs, where there are too many classes for a matrix.'),
    roc: roc
      .optional()
      .describe('Points [false positive rate, true positive rate] with at least ten rows between two.'),
    calibration: calibration
      .optional()
      .describe('Bins of equally many rows: the mean predicted probability and the share that came true.'),
    oneVsRest: z
      .looseObject({
        classes: z.array(z.looseObject({ name: z.string(), n: count, roc, calibration: calibration.optional() })),
        others: count.describe('How many more classes there are.'),
      })
      .optional()
      .describe('For more than two classes: curves of one class against all others, for six classes at most.'),
    residuals: z
      .looseObject(
        sides(
          z.looseObject({
            quantiles: z.array(z.looseObject({ share: number, value: number })),
            bins: z.array(z.looseObject({ n: count, predicted: number, actual: number })),
          }),
        ),
      )
      .optional()
      .describe('Truth minus prediction, and mean prediction against mean truth.'),
    flips: z
      .looseObject({
        ...flips,
        byClass: z.array(namedFlips).optional(),
        bySlice: z
          .array(z.looseObject({ column: z.string(), slices: z.array(namedFlips), withheld: count }))
          .optional(),
      })
      .optional()
      .describe('Rows that one model has right and the other wrong.'),
  })
  .describe('How both models behave on the rows, for people. No count under ten rows.')

const reuse = z
  .looseObject({
    judged: count.describe('Other candidates, by the digest of their files.'),
    place: count.optional().describe('Which judgement of the model on this data it is, from 1 on.'),
    alpha: number.optional().describe('The error probability at which the criteria were judged.'),
    spending: z
      .looseObject({
        rule: z.enum(['bonferroni', 'unlimited']),
        total: number,
        candidates: count.optional(),
        isExhausted: z.boolean(),
      })
      .optional()
      .describe('How the criteria’s error probability is spent over all judgements.'),
    sentence: z.string(),
  })
  .describe('What this data judged before.')

/** What the gate claims about a tree of model files. */
export const gatePredicateShape = z.looseObject({
  model: z.string(),
  candidate: z.string().describe('`flights@3` or `run:<id>`.'),
  champion: z
    .looseObject({ reference: z.string(), digest: digest('Of its files.').optional(), endpoint: z.string().optional() })
    .optional()
    .describe('What it was compared with; left out where there was nothing.'),
  endpointBudget: z
    .looseObject({ endpoint: z.string(), budgets: z.record(z.string(), z.unknown()) })
    .optional()
    .describe('What the endpoint of the step’s input asks of any model, as trainyard.yml said it.'),
  verdict,
  forced: z.looseObject({ reason: z.string() }).optional().describe('It was let through although it did not pass.'),
  onInconclusive: z
    .looseObject({ does: z.enum(['fail', 'warn']), saidBy: z.enum(['input', 'criteria', 'default']) })
    .optional()
    .describe('Of an inconclusive verdict that was not forced: what it did to the step, and who said so.'),
  criteria: z
    .looseObject({
      file: z.string(),
      digest: digest('Of the bytes of the criteria file.').optional(),
      customs: z
        .array(z.looseObject({ name: z.string(), module: z.string(), digest: digest('Of the module’s file.') }))
        .optional()
        .describe('Modules that made the values of metrics of the project’s own.'),
    })
    .optional(),
  data: z
    .looseObject({ file: z.string(), rows: count, digest: digest('Of the bytes of the evaluation data.').optional() })
    .optional(),
  predictions: predictionsShape.optional(),
  shape: shape.optional(),
  reuse: reuse.optional(),
  tool: z.looseObject({ name: z.string(), version: z.string() }).optional(),
})

/** The gate's evidence as a reader has it. */
export type GateEvidence = z.output<typeof gatePredicateShape>

/** What decisions look at of it: whatever else newer releases say, and however they say it. */
export const gateGistShape = gatePredicateShape
  .pick({ model: true, champion: true, forced: true, criteria: true })
  .extend({ verdict: verdict.pick({ kind: true }) })

/** The whole in-toto Statement, for the published schema. */
export const gateStatementShape = z.looseObject({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  subject: z
    .array(
      z.looseObject({
        name: z.string(),
        digest: z.looseObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
      }),
    )
    .length(1)
    .describe('The candidate: its reference, and the digest of all its files together.'),
  predicateType: z.literal('https://trainyard.dev/evidence/gate/v1'),
  predicate: gatePredicateShape,
})
