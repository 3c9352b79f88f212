import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from '../../scripts/lib/sources.mjs'
import { azureRules, checkAzure } from './azure-check.ts'
import { badFixtures } from './fixtures.ts'
import { inWords } from './problem.ts'
import { flights } from './surroundings.ts'

const folder = join(root, 'workflows-examples/azure')
const names = readdirSync(folder).sort()

describe('the example pipelines for Azure', () => {
  test('tell the whole story', () => {
    expect(names).toEqual(['pull-request.yml', 'push.yml', 'release-with-traffic.yml', 'release.yml', 'retrain.yml'])
  })

  test.each(names)('%s keeps every rule of ours', async (name) => {
    const problems = await checkAzure(readFileSync(join(folder, name), 'utf8'), flights)

    expect(problems.map(inWords)).toEqual([])
  })
})

describe('the checks of Azure pipelines', () => {
  const fixtures = badFixtures('azure')

  test('have a bad fixture for every rule', () => {
    expect(fixtures.map(([rule]) => rule)).toEqual([...azureRules].sort())
  })

  test.each(fixtures)('see %s', async (rule, text) => {
    const problems = await checkAzure(text, flights)

    expect(problems.map((problem) => problem.rule)).toEqual([rule])
  })
})
