import { z } from 'zod'

/** The quantiles of latency that a budget may bound. */
export const percentiles = ['p50', 'p90', 'p95', 'p99', 'p999'] as const
export type Percentile = (typeof percentiles)[number]

const mostMs = z.number().positive().optional()

const latencyShape = z
  .strictObject({
    rate: z
      .number()
      .positive()
      .describe('At how many requests a second: the lowest rate that was profiled and is not below this counts.'),
    p50: mostMs.describe('Half of the requests are answered within this, in milliseconds.'),
    p90: mostMs.describe('90 of 100 requests are.'),
    p95: mostMs.describe('95 of 100 requests are; needs a profile of 59 requests.'),
    p99: mostMs.describe('99 of 100 requests are; needs a profile of 299 requests.'),
    p999: mostMs.describe('999 of 1,000 requests are; needs a profile of 2,995 requests.'),
  })
  .refine(
    (latency) => percentiles.some((name) => latency[name] !== undefined),
    'give at least one of p50, p90, p95, p99 and p999',
  )

/** `budgets` in the criteria file: what the candidate may need. */
export const budgetsShape = z.strictObject({
  modelSizeBytes: z.int().positive().optional().describe('How large all of the candidate’s files together may be.'),
  modelSizeGrowth: z
    .number()
    .nonnegative()
    .optional()
    .describe('By which share the candidate’s files may be larger than the champion’s: 0.1 is a tenth.'),
  opset: z
    .int()
    .positive()
    .optional()
    .describe(
      'The newest version of ONNX’s operators that what serves can run: an ONNX file must not ask for a newer one.',
    ),
  memoryBytes: z
    .int()
    .positive()
    .optional()
    .describe('How much memory the server of the candidate may have taken at any rate that was profiled.'),
  latencyMs: latencyShape
    .optional()
    .describe('How fast the server of the candidate must have answered when it was profiled.'),
})

export type Budgets = z.infer<typeof budgetsShape>

/** `budgets` of an endpoint in trainyard.yml: what any model may need there, whatever its criteria file says. */
export const endpointBudgetsShape = budgetsShape.omit({ modelSizeGrowth: true })

export type EndpointBudgets = z.infer<typeof endpointBudgetsShape>
