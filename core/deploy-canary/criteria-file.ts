import { z } from 'zod'
import { canaryCriteriaShape } from '../records/canary.ts'

/** A criteria file as deploy-canary reads it: the part `canary`. The other parts are the gate's, which checks them. */
export const criteriaFileShape = z.looseObject({
  version: z.literal(1),
  canary: canaryCriteriaShape.optional().describe('How a canary is judged.'),
})
