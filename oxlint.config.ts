import { defineConfig, type DummyRuleMap } from 'oxlint'
import { zones } from './scripts/directions.mjs'

/** Long files and functions hide their story; tests and scripts may tell longer ones. */
const shortStories: DummyRuleMap = {
  'max-lines': ['error', { max: 260, skipBlankLines: false, skipComments: false }],
  'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
  'max-params': ['error', { max: 3 }],
}

/** For what may import no built-in module of Node: pure statistics and declarations. */
const noBuiltins: DummyRuleMap = {
  'no-restricted-imports': [
    'error',
    { patterns: [{ regex: '^node:', message: 'This file is pure: no built-in modules.' }] },
  ],
}

export default defineConfig({
  plugins: ['typescript', 'import', 'unicorn', 'oxc', 'promise', 'node'],
  jsPlugins: [{ name: 'directions', specifier: 'eslint-plugin-import-x' }],
  options: { typeAware: true, reportUnusedDisableDirectives: 'error' },
  categories: { correctness: 'error' },
  ignorePatterns: ['**/dist/**', '.cache/**', '**/golden/**', '**/fixtures/**'],
  env: { node: true, es2024: true },
  rules: {
    'directions/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones: zones() }],
    'import/no-cycle': 'error',
    'import/no-default-export': 'error',
    'import/no-self-import': 'error',
    'import/no-duplicates': 'off',

    'typescript/no-explicit-any': 'error',
    'typescript/no-unsafe-argument': 'error',
    'typescript/no-unsafe-assignment': 'error',
    'typescript/no-unsafe-call': 'error',
    'typescript/no-unsafe-member-access': 'error',
    'typescript/no-unsafe-return': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/await-thenable': 'error',
    'typescript/return-await': ['error', 'in-try-catch'],
    'typescript/only-throw-error': 'error',
    'typescript/prefer-promise-reject-errors': 'error',
    'typescript/use-unknown-in-catch-callback-variable': 'error',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'typescript/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
    'typescript/ban-ts-comment': 'error',
    'typescript/no-namespace': 'error',
    'typescript/no-require-imports': 'error',
    'typescript/no-deprecated': 'error',
    'typescript/no-unnecessary-type-assertion': 'error',

    eqeqeq: 'error',
    'no-var': 'error',
    'prefer-const': 'error',
    'no-empty': 'error',
    'no-eval': 'error',
    'no-new-func': 'error',
    'no-shadow': 'off',
    'no-fallthrough': 'error',
    'no-implicit-coercion': ['error', { boolean: false }],
    'unicorn/prefer-node-protocol': 'error',
    'unicorn/no-process-exit': 'error',
    'unicorn/filename-case': ['error', { case: 'kebabCase' }],
    'unicorn/throw-new-error': 'error',
    'unicorn/error-message': 'error',
    ...shortStories,
  },
  overrides: [
    { files: ['core/stats/**', 'core/*/definition.ts'], rules: noBuiltins },
    { files: ['core/**', 'actions/**', 'tasks/**'], rules: { 'no-console': 'error' } },
    {
      files: ['test/**', 'scripts/**'],
      rules: {
        'max-lines-per-function': 'off',
        'max-lines': ['error', { max: 500 }],
        'max-params': ['error', { max: 4 }],
      },
    },
    {
      files: ['test/**'],
      plugins: ['vitest'],
      rules: {
        'vitest/no-focused-tests': 'error',
        'vitest/no-disabled-tests': 'error',
        'vitest/no-commented-out-tests': 'error',
        'vitest/valid-expect': ['error', { maxArgs: 2 }],
        // Contract suites and property tests assert through functions of their own.
        'vitest/expect-expect': 'off',
        'vitest/no-standalone-expect': 'off',
        'vitest/no-conditional-expect': 'off',
        'no-restricted-properties': [
          'error',
          { object: 'vi', property: 'mock', message: 'Tests use the real thing (CONTRIBUTING.md).' },
          { object: 'vi', property: 'doMock', message: 'Tests use the real thing (CONTRIBUTING.md).' },
        ],
      },
    },
    { files: ['*.config.ts'], rules: { 'import/no-default-export': 'off' } },
  ],
})
