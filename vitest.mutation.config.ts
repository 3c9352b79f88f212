import { defineConfig } from 'vitest/config'

const stats = ['test/stats/**/*.test.ts']
const gate = ['test/compare-and-gate/{budgets,compatibility,criteria,decide,slices}.test.ts']

/**
 * What `npm run mutation` lets loose on each mutant: the tests of what it mutates, without the files that simulate or start
 * processes, since each of them would run some thousand times. `TRAINYARD_MUTATION=stats` leaves out those of the gate, which
 * core/stats does not need and which take longest.
 */
export default defineConfig({
  test: {
    include: process.env['TRAINYARD_MUTATION'] === 'stats' ? stats : [...stats, ...gate],
    exclude: ['**/node_modules/**', '**/error-rates.test.ts', '**/simulation.test.ts', '**/judge-errors.test.ts'],
    testTimeout: 60_000,
  },
})
