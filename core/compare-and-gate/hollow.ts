import type { Metric } from '../stats/metrics.ts'
import { leastOf } from './margin.ts'

/** What a criterion, or an entry of slices, asks of a metric. */
interface Asked {
  readonly absolute?: { readonly min?: number | undefined; readonly max?: number | undefined } | undefined
  readonly vsChampion?:
    | { readonly nonInferior?: number | string | undefined; readonly superior?: number | string | undefined }
    | undefined
  readonly noHarm?: number
}

interface HollowFault {
  readonly at: readonly string[]
  readonly message: string
}

/**
 * What asks for nothing, because every model keeps it, or for what no model can give: an accuracy of at least 0, a margin of a whole
 * 1, or of 5 where 5 % were meant. Such a criterion would be proven on any data, and the gate would pass whatever comes.
 */
export function hollowFaults({ name, range }: Pick<Metric, 'name' | 'range'>, asked: Asked): readonly HollowFault[] {
  const { lower, upper } = range
  const lies = `${name}, which is from ${lower} to ${upper}`
  const faults: HollowFault[] = []
  const add = (at: readonly string[], isKeptByAll: boolean) =>
    faults.push({
      at,
      message: `is asked of ${lies}: ${isKeptByAll ? 'every model keeps it' : 'no model can keep it'}`,
    })
  const { min, max } = asked.absolute ?? {}
  if (min !== undefined && (min <= lower || min > upper)) add(['absolute', 'min'], min <= lower)
  if (max !== undefined && (max >= upper || max < lower)) add(['absolute', 'max'], max >= upper)
  const { least, isRelative } = leastOf(asked.vsChampion ?? {})
  if (!isRelative && Math.abs(least) >= upper - lower) {
    add(['vsChampion', least < 0 ? 'nonInferior' : 'superior'], least < 0)
  }
  if (asked.noHarm !== undefined && asked.noHarm >= upper - lower) add(['noHarm'], true)
  return faults
}
