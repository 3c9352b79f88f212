import { z } from 'zod'
import { metrics } from '../../stats/metrics.ts'

/** A metric of the project's own, as `custom` beside `metric: custom`. */
export const customShape = z
  .strictObject({
    name: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9_-]{0,39}$/, 'starts with a letter, then letters, digits, - and _, 40 at most')
      .refine(
        (name) => !Object.hasOwn(metrics, name) && name !== 'custom',
        'is the name of a metric that there is already',
      )
      .describe('What results call it.'),
    column: z
      .string()
      .min(1)
      .optional()
      .describe('A column of numbers in each side’s prediction file: the metric is its mean over the rows.'),
    module: z
      .string()
      .regex(/\.m?js$/, 'ends with .mjs or .js')
      .optional()
      .describe(
        'A JavaScript module in the model’s folder. Its default export gets the rows and what a side predicts, and returns a number for each row, of which the metric is the mean, or one number for all rows.',
      ),
    kind: z
      .enum(['perRow', 'whole'])
      .optional()
      .describe(
        'For a module: what it returns. perRow (the default): a number for each row. whole: one number for all rows that it gets, smooth in them (a ratio of sums, no median); it is asked again without each of up to 200 parts of the rows.',
      ),
    interval: z
      .enum(['jackknife', 'bca'])
      .optional()
      .describe(
        'For kind: whole: how its interval is made. jackknife (the default): without each of up to 200 parts. bca: of 2,000 resamples besides, for what is not smooth in the rows, such as a median; 200 rows at least.',
      ),
    columns: z
      .record(z.string().min(1), z.enum(['number', 'text']))
      .optional()
      .describe('For a module: the columns of the evaluation data that it gets, and whether as numbers or as texts.'),
    direction: z.enum(['higher', 'lower']).describe('Which way is better. Nobody can guess that.'),
  })
  .refine(({ column, module }) => (column === undefined) !== (module === undefined), 'give one of column and module')
  .refine(({ module, columns }) => module !== undefined || columns === undefined, 'gives columns without a module')
  .refine(({ kind, interval }) => kind === 'whole' || interval === undefined, 'gives interval without kind: whole')
  .refine(({ module, kind }) => module !== undefined || kind === undefined, 'gives kind without a module')

export type Custom = z.infer<typeof customShape>
