import { expect } from 'vitest'

/** Expects `actual` within a relative error of `expected`; equal infinities and zeros agree. */
export function expectRelative(actual: number, expected: number, tolerance: number): void {
  const error = actual === expected ? 0 : Math.abs(actual - expected) / Math.abs(expected)
  expect(error, `${actual} instead of ${expected}`).toBeLessThanOrEqual(tolerance)
}

/** The share of `repetitions` in which `happens` is true. */
export function frequency(repetitions: number, happens: () => boolean): number {
  let count = 0
  for (let repetition = 0; repetition < repetitions; repetition++) if (happens()) count++
  return count / repetitions
}

/** The largest share that a simulation of an event of probability `nominal` shows but once in about 3 · 10⁵ seeds. */
export function upperLimit(nominal: number, repetitions: number): number {
  return nominal + 4.5 * Math.sqrt((nominal * (1 - nominal)) / repetitions)
}
