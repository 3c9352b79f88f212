import type { Sides } from '../../records/gate-shape.ts'

/** The same of both sides; nothing where the candidate has none. */
export function sidesOf<From, To>(
  { candidate, champion }: { readonly candidate: From; readonly champion?: From | undefined },
  of: (side: From) => To | undefined,
): Sides<To> | undefined {
  const own = of(candidate)
  if (own === undefined) return undefined
  const other = champion && of(champion)
  return { candidate: own, ...(other !== undefined && { champion: other }) }
}
