import { defineConfig } from 'vitest/config'

/**
 * What `npm run mutation` lets loose on each mutant: the tests of what it mutates, without the files that simulate or start
 * processes, since each of them would run some thousand times. `TRAINYARD_MUTATION_TESTS` names fewer, as a glob.
 */
export default defineConfig({
  test: {
    include: [
      process.env['TRAINYARD_MUTATION_TESTS'] ??
        'test/{stats/**/*,compare-and-gate/{budgets,compatibility,criteria,decide,ending,headline,intervals,margin,relative,slices,{disclosure,fairness,judge,reuse,shape}/*}}.test.ts',
    ],
    exclude: [
      '**/node_modules/**',
      '**/error-rates.test.ts',
      '**/simulation.test.ts',
      '**/judge-errors.test.ts',
      '**/gate.test.ts',
    ],
    // For the few files that draw their examples themselves.
    env: { TRAINYARD_QUICK_TESTS: 'true' },
    setupFiles: ['test/support/quick-tests.ts'],
    // The first run counts what each test reaches, which is slow; mutants have a clock of their own.
    testTimeout: 240_000,
  },
})
