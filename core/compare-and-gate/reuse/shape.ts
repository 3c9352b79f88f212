import { z } from 'zod'

/** How the criteria's `alpha` is spent over all candidates that one set of evaluation data judges. */
export const reuseShape = z
  .strictObject({
    spend: z
      .enum(['bonferroni', 'unlimited'])
      .describe(
        'bonferroni: each of `candidates` judgements has the same part of alpha. unlimited: the k-th has alpha · 6/(π²k²), without an end.',
      ),
    candidates: z
      .int()
      .min(1)
      .max(10_000)
      .optional()
      .describe('For bonferroni: how many judgements this data may make; those after them are inconclusive.'),
  })
  .refine(
    ({ spend, candidates }) => (spend === 'bonferroni') === (candidates !== undefined),
    'give candidates for bonferroni, and for nothing else',
  )
