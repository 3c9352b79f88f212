import type { Compared } from './comparison.ts'

/** The packages of lock files by name, those that differ between them; a file that is not there has none. */
export function comparePackages(locks: readonly (string | undefined)[]): readonly Compared<string>[] {
  const lists = locks.map((lock) => packagesIn(lock ?? ''))
  const names = [...new Set(lists.flatMap((list) => [...list.keys()]))].sort()
  return names
    .map((name) => ({ name, values: lists.map((list) => list.get(name)), isSame: false }))
    .filter(({ values }) => values.some((value) => value !== values[0]))
}

/** `name==version` at the beginning of a line, as pip's lock files have it. */
function packagesIn(lock: string): ReadonlyMap<string, string> {
  const found = lock.matchAll(/^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==([^\s;\\]+)/gm)
  return new Map(Array.from(found, ([, name = '', version = '']) => [name.toLowerCase(), version]))
}
