import type { Metric } from '../stats/metrics.ts'
import type { Custom } from './customs/shape.ts'

/** A metric where it is asked for, and what there is to know of the file around it. */
interface AskedFor {
  readonly metric: Metric
  readonly isRequired: boolean
  readonly custom: Custom | undefined
  readonly isOfSlices: boolean
  /** Whether the labels are numbers. */
  readonly isNumeric: boolean
  readonly data: {
    readonly classes: readonly string[]
    readonly query?: string | undefined
    readonly weight?: string | undefined
    readonly cluster?: string | undefined
  }
}

/** What is wrong, and at which key of the criterion. */
interface MetricFault {
  readonly at?: 'metric' | 'required'
  readonly message: string
}

/** Why a metric cannot be asked for in this place of this file. */
export function metricFaults(asked: AskedFor): readonly MetricFault[] {
  const { metric, isRequired, isNumeric, data } = asked
  const { name, isBinary, predicts, isOnlyShown, takes, unit } = metric
  const faults: MetricFault[] = []
  if (isBinary === true && data.classes.length !== 2) {
    const message = `is ${name}, which is for two classes, and there are ${data.classes.length}`
    faults.push({
      at: 'metric',
      message: takes === 'class' ? `${message}: give class, the one that it is about` : message,
    })
  }
  if (isOnlyShown === true && isRequired) {
    const message = `is not false, and ${name} can only be shown: no interval of it is known to hold. Let brier or logLoss decide`
    faults.push({ at: 'required', message })
  }
  if (predicts === 'value' && !isNumeric && !(unit === 'query' && data.classes.length === 2)) {
    const twoClasses = unit === 'query' ? ': there must be two of these, the last one relevant' : ''
    faults.push({
      at: 'metric',
      message: `is ${name}, which is about numbers, beside metrics about classes${twoClasses}`,
    })
  }
  return [...faults, ...ofQueries(asked), ...ofWhole(asked)]
}

function ofQueries({ metric: { name, unit }, data }: AskedFor): readonly MetricFault[] {
  if (unit !== 'query') return []
  const noQuery = `is ${name}, which ranks the rows of a query: give data.query, the column that names it`
  return data.query === undefined ? [{ message: noQuery }] : []
}

function ofWhole({ custom, isOfSlices, data }: AskedFor): readonly MetricFault[] {
  if (custom?.kind !== 'whole') return []
  const is = `is ${custom.name}, one number for all rows`
  const isClustered = data.cluster !== undefined || data.query !== undefined
  return [
    ...(isClustered ? [{ message: `${is}, which takes no data.cluster and no data.query` }] : []),
    ...(data.weight !== undefined && custom.interval === 'bca'
      ? [{ message: `${is} with interval: bca, which takes no data.weight: nobody knows how it errs then` }]
      : []),
    ...(isOfSlices && custom.interval === 'bca'
      ? [{ message: `${is} with interval: bca, which is not taken of slices: each would be resampled, too` }]
      : []),
  ]
}
