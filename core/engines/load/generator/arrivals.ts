import { seededRandom } from '../../../stats/random.ts'

/**
 * The moments at which requests are meant to be sent, in milliseconds from the start: a Poisson process, as many independent
 * clients make it. Each call gives the next; the same seed gives the same moments.
 */
export function poissonArrivals(ratePerSecond: number, seed: number): () => number {
  const random = seededRandom(seed)
  const meanGapMs = 1000 / ratePerSecond
  let atMs = 0
  return () => {
    atMs -= meanGapMs * Math.log(1 - random())
    return atMs
  }
}
