/** Runs pieces of work one after the other, each when the one before it has ended, well or not. */
export type Queue = <T>(work: () => Promise<T>) => Promise<T>

/** Makes a queue. One process does one thing at a time to its workspace, or it would lose races against itself. */
export function createQueue(): Queue {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const next = last.then(work, work)
    last = next.catch((error: unknown) => error)
    return next
  }
}
