import { number } from '../engines/tables/numbers.ts'

/** A name without what two files often write differently: blanks, capitals, the form of Unicode, and 1.0 for 1. */
export function plainName(name: string): string {
  const trimmed = name.trim().normalize()
  return number.test(trimmed) ? String(Number(trimmed)) : trimmed.toLowerCase()
}

/** How a name is written elsewhere, as the end of a sentence: ", which writes it 1" or ", which write it café in another form of Unicode". */
export function writtenElsewhere(
  name: string,
  { there, verb }: { readonly there: string; readonly verb: string },
): string {
  const form = there.normalize() === name.normalize() ? ' in another form of Unicode' : ''
  return `, which ${verb} it ${there}${form}`
}
