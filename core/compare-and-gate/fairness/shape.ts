import { z } from 'zod'
import { byShape, FEWEST_SHOWN } from '../slices/shape.ts'
import { type RateName, rates } from './rates.ts'

const rateNames = Object.keys(rates) as [RateName, ...RateName[]]

/** One entry of `fairness` in the criteria file. */
export const fairnessShape = z
  .strictObject({
    metric: z
      .enum(rateNames)
      .describe('The rate that is compared between groups; precision is the positive predictive value.'),
    groups: byShape.describe('The column whose values are the groups; bins of numbers, or crossed columns.'),
    maxGap: z
      .number()
      .gt(0)
      .lt(1)
      .optional()
      .describe('Proven when the candidate’s rates of no two groups differ by this or more, beyond chance.'),
    maxGapIncrease: z
      .number()
      .gt(0)
      .lt(1)
      .optional()
      .describe(
        'Proven when no two groups lie farther apart than they do for the champion, on the same rows, by this or more.',
      ),
    minRows: z
      .int()
      .min(FEWEST_SHOWN)
      .default(30)
      .describe('A group with fewer rows that count (for truePositiveRate: of the positive class) is inconclusive.'),
    onInconclusive: z
      .enum(['warn', 'fail'])
      .optional()
      .describe(
        'What small groups do. Left out, they leave the criterion inconclusive. warn: they are listed, and do not decide. fail: whatever is inconclusive fails.',
      ),
    required: z.boolean().default(true).describe('False: reported, but not decisive.'),
  })
  .refine(
    ({ maxGap, maxGapIncrease }) => maxGap !== undefined || maxGapIncrease !== undefined,
    'give maxGap, maxGapIncrease or both',
  )

export type Fairness = z.infer<typeof fairnessShape>
