import { defineConfig } from 'vitest/config'

const report = process.env['TRAINYARD_TEST_REPORT']

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['**/node_modules/**', '.cache/**'],
    // Tests start real processes (git, Python, servers): children, not threads, so that each has its own cwd and signals.
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // .ci/run counts the tests from this file.
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    teardownTimeout: 20_000,
    benchmark: { include: ['test/bench/**/*.bench.ts'] },
    // These packages import JSON without import attributes, which only a bundler accepts.
    server: { deps: { inline: [/@actions\/(workflow-parser|languageservice|expressions)/] } },
  },
})
