import { z } from 'zod'
import type { Evidence } from '../show/evidence.ts'

const shape = z.object({ package: z.object({ digest: z.string() }) })

/** The digest of the package that evidence is about; undefined for evidence of another form. */
export function readPackaged({ predicate }: Pick<Evidence, 'predicate'>): string | undefined {
  return shape.safeParse(predicate).data?.package.digest
}
