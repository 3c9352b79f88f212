import { z } from 'zod'
import { keepRules, type RetentionRules } from '../records/retention.ts'
import { durationKind } from '../step/kinds/numbers.ts'

/** Which runs keep their files; `trainyard gc` applies it. */
export const retentionShape = z.strictObject({
  runs: z.number().int().min(1).optional().describe('So many runs of each model keep their files: the newest.'),
  failed: z
    .string()
    .regex(/^(?:\d+[smhd])+$/)
    .optional()
    .describe(
      'Runs that failed, were cancelled or are lost keep their files for this long, such as `14d`; then they do not count among `runs`.',
    ),
  keep: z
    .array(z.enum(keepRules))
    .optional()
    .describe(
      'Runs that became such a version keep their files whatever their age: `registered` (the default: any version), `tagged`, `aliased` or `deployed` (now or ever). Versions themselves keep their files in any case.',
    ),
})

/** The rules of a project file; without any, nothing goes. */
export async function retentionRules(said: z.infer<typeof retentionShape> | undefined): Promise<RetentionRules> {
  const { runs, failed, keep = ['registered'] } = said ?? {}
  const parsed = failed === undefined ? undefined : await durationKind.parse(failed, { folder: '.' })
  return {
    keep,
    ...(runs === undefined ? {} : { runs }),
    ...(parsed?.ok === true ? { failedAfterMs: parsed.value } : {}),
  }
}
