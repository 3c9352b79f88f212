import type { CriterionResult } from '../../records/verdict.ts'
import { metricOf } from '../metric-of.ts'
import type { Tested } from './tested.ts'
import type { Slicing } from './shape.ts'
import { slicesSentence, worseBy } from './words.ts'

interface Own {
  /** Of this entry, sorted by harm. */
  readonly own: readonly Tested[]
  /** How many slices of it have fewer than ten rows. */
  readonly tiny: number
  /** Of the whole data. */
  readonly rows: number
}

/** What one entry of the criteria's slices comes to. */
export function resultOf(slicing: Slicing, { own, tiny, rows }: Own): CriterionResult {
  const metric = metricOf(slicing)
  const kind = kindOf(slicing, own, tiny)
  const needed = kind === 'pass' ? undefined : neededOf(own, rows)
  const { noHarm: margin, proveNonInferior } = slicing
  return {
    criterion: proveNonInferior
      ? `${metric.name} not worse by ≥ ${margin} in each slice`
      : `${metric.name} ${worseBy(margin)} in no slice`,
    metric: metric.name,
    kind,
    isRequired: slicing.required,
    margin,
    n: rows,
    ...(kind === 'inconclusive' && needed !== undefined && { needed }),
    sentence: slicesSentence({ metric, slicing, own, tiny, kind }),
  }
}

function kindOf(
  { proveNonInferior, onInconclusive }: Slicing,
  own: readonly Tested[],
  tiny: number,
): CriterionResult['kind'] {
  const kinds = own.map(({ result }) => result.kind)
  const isOpen = tiny > 0 || kinds.includes('inconclusive')
  if (kinds.includes('harmed') || (isOpen && onInconclusive === 'fail')) return 'fail'
  const isTested = kinds.some((kind) => kind !== 'inconclusive')
  return !isTested || (isOpen && proveNonInferior && onInconclusive === undefined) ? 'inconclusive' : 'pass'
}

/** Rows of the whole data with which every slice that is shown would have enough, if all grew alike. */
function neededOf(own: readonly Tested[], rows: number): number | undefined {
  const all = own.flatMap(({ result: { needed, n }, isHidden }) =>
    needed === undefined || isHidden ? [] : [Math.ceil((needed * rows) / n)],
  )
  return all.length === 0 ? undefined : Math.max(...all)
}
