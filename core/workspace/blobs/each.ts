/** Pieces that are worked on at once: a disk syncs several in the time of one, a network waits for several in the time of one. */
const atOnce = 8

/** Does something for each, a few at once, and gives the results in order. */
export async function eachOf<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  const waiting = items.entries()
  const workers = Array.from({ length: atOnce }, async () => {
    for (const [index, item] of waiting) results[index] = await work(item)
  })
  await Promise.all(workers)
  return results
}
