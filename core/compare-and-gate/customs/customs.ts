import { isDeepStrictEqual } from 'node:util'
import type { Criteria } from '../criteria.ts'
import type { Custom } from './shape.ts'

type Asking = Pick<Criteria, 'criteria' | 'slices'>

/** Every metric of the project's own that the criteria and their slices ask for, once by name. */
export function customsOf({ criteria, slices = [] }: Asking): readonly Custom[] {
  const all = [...criteria, ...slices].flatMap(({ custom }) => custom ?? [])
  return [...new Map(all.map((custom) => [custom.name, custom])).values()]
}

/** The names under which two different metrics are asked for. */
export function ambiguousCustoms(asking: Asking): readonly string[] {
  const once = new Map(customsOf(asking).map((custom) => [custom.name, custom]))
  const others = [...asking.criteria, ...(asking.slices ?? [])].flatMap(({ custom }) =>
    custom === undefined || isDeepStrictEqual(custom, once.get(custom.name)) ? [] : custom.name,
  )
  return [...new Set(others)]
}
