import { InputError } from '../errors/errors.ts'
import type { Fault } from '../errors/fault.ts'

/** What is measured, in this order. */
export interface Plan {
  /** Requests a second, ascending. */
  readonly rates: readonly number[]
  readonly durationMs: number
}

/** How the host spells the two inputs. */
export interface PlanNames {
  readonly rates: string
  readonly duration: string
}

const mostRates = 20
const highestRate = 20_000
const [shortestMs, longestMs] = [1000, 10 * 60_000]

/** No step holds a runner for longer. */
const longestInAllMs = 30 * 60_000

/**
 * Plans the measurement.
 *
 * @throws InputError with everything that is wrong with the rates and the duration.
 */
export function planOf(texts: readonly string[], durationMs: number, names: PlanNames): Plan {
  const about = (subject: string, problem: string, value?: string): Fault => ({
    subject,
    source: { kind: 'input' },
    problem,
    ...(value === undefined ? {} : { value }),
  })
  const rates = texts.map((text) => (/^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN))
  const faults = rates.flatMap((rate, at) => {
    if (rate > 0 && rate <= highestRate && rates.indexOf(rate) === at) return []
    const problem =
      rates.indexOf(rate) < at && rate > 0 ? 'stands twice' : `is not a rate from above 0 to ${highestRate}`
    return [about(names.rates, problem, texts[at])]
  })
  if (rates.length === 0) faults.push(about(names.rates, 'names no rate'))
  if (rates.length > mostRates) faults.push(about(names.rates, `names ${rates.length} rates, more than ${mostRates}`))
  if (durationMs < shortestMs || durationMs > longestMs)
    faults.push(
      about(names.duration, `is ${durationMs / 1000} s, not from ${shortestMs / 1000} to ${longestMs / 1000} s`),
    )
  else if (rates.length * durationMs > longestInAllMs)
    faults.push(
      about(names.duration, `would take ${(rates.length * durationMs) / 60_000} minutes for ${rates.length} rates`),
    )
  if (faults.length > 0) throw new InputError({ faults })
  return { rates: rates.toSorted((a, b) => a - b), durationMs }
}
