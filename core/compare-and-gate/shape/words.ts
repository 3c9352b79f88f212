import { counted } from '../../main/words.ts'

/** Flips of all rows, as evidence tells them. */
interface Told {
  readonly n: number
  readonly gained: number | null
  readonly lost: number | null
}

/** One plain sentence about the rows that one model has right and the other wrong. */
export function flipsSentence({ n, gained, lost }: Told): string {
  const of = `Of ${counted(n, 'row')}`
  if (gained === null || lost === null)
    return `${of} fewer than ten changed from wrong to right, or from right to wrong, so that neither number is told.`
  const [better, worse] = [gained, lost].map((count) => count.toLocaleString('en-US'))
  return `${of}, ${better} that the champion has wrong are right now, and ${worse} that it has right are wrong now.`
}
