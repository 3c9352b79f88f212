import { z } from 'zod'

const percentage = /^(\d+(?:\.\d+)?) ?%$/

/** By how much: a number in the metric's unit, or a text such as "2%" for a share of the champion's metric. */
export const marginShape = z.union([
  z.number().nonnegative(),
  z
    .string()
    .regex(percentage, 'is a number, or a percentage such as "2%"')
    .refine((text) => !(shareOf(text) >= 1), 'is less than 100%'),
])

/** By how much a criterion asks for more (or, below 0, allows less) than the champion's metric. */
export interface Least {
  readonly least: number
  /** `least` is a share of the champion's metric, which is then taken to be above 0. */
  readonly isRelative: boolean
}

/** What `vsChampion` asks for. */
export function leastOf({
  nonInferior,
  superior = 0,
}: {
  readonly nonInferior?: number | string | undefined
  readonly superior?: number | string | undefined
}): Least {
  const asked = nonInferior ?? superior
  const value = typeof asked === 'string' ? shareOf(asked) : asked
  return { least: nonInferior === undefined ? value : -value, isRelative: typeof asked === 'string' && value > 0 }
}

function shareOf(text: string): number {
  return Number(percentage.exec(text)?.[1] ?? Number.NaN) / 100
}
