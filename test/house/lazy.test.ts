import { expect, test } from 'vitest'
import { lazyPackages } from '../../scripts/directions.mjs'
import { readGraph, staleFaces } from '../../scripts/lib/sources.mjs'

// Lint cannot see whether a library loads with the process or on demand: the chunk graph of the bundles can.
const entries = Object.values(readGraph()).flatMap(({ bundles }) => bundles.flatMap((bundle) => bundle.entries))

test('the bundles are those of the sources that lie here', () => {
  expect(staleFaces(), 'run `npm run build`').toEqual([])
  expect(entries.length).toBeGreaterThan(0)
})

test.each(entries)('$entry starts without the heavy libraries', (entry) => {
  const heavy = lazyPackages.filter((name) => entry.static.some((module) => module.startsWith(`node_modules/${name}/`)))

  expect(entry.static).toContain(entry.source)
  expect(heavy).toEqual([])
})
