import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from '../../scripts/lib/sources.mjs'
import { checkSample } from './documents-check.ts'
import { documents, samplesIn } from './documents.ts'
import { badFixtures } from './fixtures.ts'
import { inWords } from './problem.ts'
import { definitions } from './steps.ts'

const check = async (markdown: string) => (await Promise.all(samplesIn(markdown).map(checkSample))).flat()

describe('the documents', () => {
  test('have samples to check: the reference page of every step, and the README', () => {
    const withSamples = documents().filter((path) =>
      samplesIn(readFileSync(join(root, path), 'utf8')).some(({ language }) => language === 'yaml'),
    )

    expect(withSamples).toEqual(expect.arrayContaining(definitions.map(({ id }) => `docs/reference/${id}.md`)))
    expect(withSamples).toContain('README.md')
  })

  test.each(documents())('%s shows only YAML that works', async (path) => {
    const problems = await check(readFileSync(join(root, path), 'utf8'))

    expect(problems.map(inWords)).toEqual([])
  })
})

describe('the checks of documents', () => {
  test.each(badFixtures('documents'))('see %s', async (rule, markdown) => {
    const problems = await check(markdown)

    expect(problems.map((problem) => problem.rule)).toEqual([rule])
  })

  test('find samples inside lists, without their indentation', () => {
    const samples = samplesIn('- one:\n\n  ```yaml\n  a:\n    b: 1\n  ```\n')

    expect(samples).toEqual([{ line: 3, language: 'yaml', text: 'a:\n  b: 1' }])
  })
})
