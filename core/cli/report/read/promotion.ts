import { z } from 'zod'
import type { Evidence } from '../../show/evidence.ts'

const promotionShape = z.object({
  model: z.string(),
  version: z.number(),
  gate: z.string().optional(),
  canary: z.string().optional(),
  rollback: z.object({ from: z.number() }).optional(),
})

/** A promotion as far as the report tells of it. */
export type Promotion = z.infer<typeof promotionShape>

/** Reads the predicate of a promotion's evidence; undefined where its form is not known. */
export function readPromotion({ predicate }: Pick<Evidence, 'predicate'>): Promotion | undefined {
  const read = promotionShape.safeParse(predicate)
  return read.success ? read.data : undefined
}
