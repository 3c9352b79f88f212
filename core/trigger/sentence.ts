/** What a trigger did, in numbers. */
export interface Tally {
  readonly fired: number
  readonly pending: number
  readonly isRehearsal: boolean
}

/** The one sentence that the host shows. */
export function sentenceOf({ fired, pending, isRehearsal }: Tally): string {
  if (isRehearsal) return `${count(pending, 'delivery', 'deliveries')} would be sent; nothing was`
  const rest = pending === 0 ? '' : `; ${count(pending, 'delivery is', 'deliveries are')} left to another job`
  return fired === 0 ? `Nothing to start${rest}` : `${count(fired, 'delivery', 'deliveries')} sent${rest}`
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`
}
