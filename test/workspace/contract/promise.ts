import { expect, test } from 'vitest'
import {
  inPlace,
  type PlaceKind,
  type Promised,
  type PromiseNumber,
  promiseNumbers,
  type TestPlace,
} from '../places.ts'

/** The tests that a kind of place has had stated about it, by promise. */
const stated = new Map<PlaceKind, { readonly promise: PromiseNumber; readonly title: string }[]>()

/**
 * Gives a `test` for one promise. It runs whether the promise is kept or kept among our clients; where a place declares a window,
 * the tests that fall into it show what happens there instead. A plain `test` of the suite belongs to no promise.
 */
export function promise(kind: PlaceKind, number: PromiseNumber): (title: string, work: () => Promise<unknown>) => void {
  return (title, work) => {
    stated.set(kind, [...(stated.get(kind) ?? []), { promise: number, title }])
    const declared = kind.promises[number]
    const shown = instead(declared, title)
    test(`promise ${number} (${declaration(declared)}): ${title}`, () =>
      shown === undefined ? work() : inPlace(kind, shown))
  }
}

/** Defines the test that the declaration is about all seven, and that every window is one of a test. */
export function declarations(kind: PlaceKind): void {
  const words = promiseNumbers.map((number) => `${number} ${declaration(kind.promises[number])}`).join(', ')
  test(`what is declared is stated: ${words}`, () => {
    const tests = stated.get(kind) ?? []
    for (const number of promiseNumbers) {
      const titles = tests.filter(({ promise: of }) => of === number).map(({ title }) => title)
      expect(titles, `tests of promise ${number}`).not.toEqual([])
      const declared = kind.promises[number]
      if (typeof declared === 'string') continue
      expect(Object.keys(declared.instead), `what shows the window of promise ${number}`).not.toEqual([])
      expect(titles).toEqual(expect.arrayContaining(Object.keys(declared.instead)))
    }
  })
}

function instead(declared: Promised, title: string): ((place: TestPlace) => Promise<unknown>) | undefined {
  if (typeof declared === 'string' || !Object.hasOwn(declared.instead, title)) return undefined
  return declared.instead[title]
}

function declaration(declared: Promised): string {
  if (declared === 'kept') return 'kept'
  return declared === 'among-clients' ? 'kept among our clients' : `not kept ${declared.window}`
}
