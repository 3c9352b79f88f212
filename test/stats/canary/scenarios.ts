import { defaultErrorPolicy, type ErrorPolicy } from '../../../core/stats/canary/policy.ts'
import type { Scenario } from './simulate.ts'

/** A canary of an hour at a steady share, whose stable side fails 1 % of its requests. */
export function steady(
  { share, requestsPerSecond }: { readonly share: number; readonly requestsPerSecond: number },
  times: number,
): Scenario {
  return {
    minutes: 60,
    requestsPerSecond,
    share: () => share,
    stableRate: () => 0.01,
    canaryRate: () => 0.01 * times,
  }
}

/** The usual traffic of these simulations: a tenth of 100 requests a second. */
export const usual = { share: 0.1, requestsPerSecond: 100 }

/** Minute 11 to 15, in which every tenth request fails on both sides, when the canary has just got half of the traffic. */
export function rampWithIncident(requestsPerSecond: number): Scenario {
  const rate = (minute: number): number => (minute >= 11 && minute < 16 ? 0.1 : 0.01)
  return {
    minutes: 60,
    requestsPerSecond,
    share: (minute) => (minute < 5 ? 0.05 : minute < 10 ? 0.25 : 0.5),
    stableRate: rate,
    canaryRate: rate,
    lastShareFrom: 10,
  }
}

/** A canary that is good for 20 minutes and then fails twice as often, as by a leak, under a ramp of half an hour. */
export const lateOnset: Scenario = {
  minutes: 60,
  requestsPerSecond: 100,
  share: (minute) => (minute < 15 ? 0.05 : minute < 30 ? 0.25 : 0.5),
  stableRate: () => 0.01,
  canaryRate: (minute) => (minute < 20 ? 0.01 : 0.02),
  lastShareFrom: 30,
}

/** Two sides that hardly ever fail, the canary worse by `more` errors per request. */
export function nearlyPerfect(more: number): Scenario {
  return { ...steady(usual, 1), stableRate: () => 1e-5, canaryRate: () => 1e-5 + more }
}

/** The default policy with .2 % of all requests as an absolute margin beside the ratio. */
export const withAbsoluteMargin: ErrorPolicy = {
  ...defaultErrorPolicy,
  promote: { ...defaultErrorPolicy.promote, absolute: 0.002 },
}
