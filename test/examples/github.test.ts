import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { projectShape } from '../../core/project/shape.ts'
import { root } from '../../scripts/lib/sources.mjs'
import { needTool } from '../support/tools.ts'
import { withLocalActions } from './actionlint.ts'
import { badFixtures } from './fixtures.ts'
import { checkGithub, githubRules } from './github-check.ts'
import { inWords } from './problem.ts'
import { about } from './steps.ts'
import { flights, flightsFolder } from './surroundings.ts'

const folder = join(root, 'workflows-examples/github')
const names = readdirSync(folder).sort()
const read = (name: string) => readFileSync(join(folder, name), 'utf8')
const dispatchInputs = z.record(z.string(), z.looseObject({ required: z.boolean().optional() }))
const dispatchShape = z.object({ on: z.object({ workflow_dispatch: z.object({ inputs: dispatchInputs }) }) })
const scratch = mkdtempSync(join(tmpdir(), 'trainyard-examples-'))

afterAll(() => rmSync(scratch, { recursive: true, force: true }))

describe('the example workflows for GitHub', () => {
  test('tell the whole story', () => {
    expect(names).toEqual(['pull-request.yml', 'push.yml', 'release-with-traffic.yml', 'release.yml', 'retrain.yml'])
  })

  test.each(names)('%s keeps every rule of ours', async (name) => {
    const problems = await checkGithub(read(name), flights)

    expect(problems.map(inWords)).toEqual([])
  })

  test('the trigger rules of the example project give the release what it asks for', () => {
    const { triggers } = projectShape.parse(parse(readFileSync(join(flightsFolder, 'trainyard.yml'), 'utf8')))
    const rules = triggers.flatMap(({ fire }) => fire.workflow ?? [])
    const asked = rules.map(({ file }) => dispatchShape.parse(parse(read(file))).on.workflow_dispatch.inputs)
    const required = asked.map((inputs) => Object.keys(inputs).filter((name) => inputs[name]?.required === true))
    const given = rules.map(({ inputs, eventInput = 'event' }) => [...Object.keys(inputs ?? {}), eventInput])

    expect(rules.length).toBeGreaterThan(0)
    for (const [index, names] of given.entries()) {
      expect(Object.keys(asked[index] ?? {})).toEqual(expect.arrayContaining(names))
      expect(names).toEqual(expect.arrayContaining(required[index] ?? []))
    }
  })

  test('both releases ask for the same, so that a trigger rule may name either', () => {
    const [plain, withTraffic] = ['release.yml', 'release-with-traffic.yml'].map(
      (file) => dispatchShape.parse(parse(read(file))).on.workflow_dispatch.inputs,
    )

    expect(withTraffic).toEqual(plain)
  })

  test('actionlint, which sees our own actions, has nothing to say', (context) => {
    const workflows = Object.fromEntries(names.map((name) => [name, read(name)]))

    expect(withLocalActions(needTool(context, 'actionlint'), scratch, workflows)).toBe('')
  })

  test('zizmor finds no weakness, with our own actions pinned to their tag and all others to a commit', (context) => {
    const { status, stdout } = zizmor(
      needTool(context, 'zizmor'),
      names.map((name) => join(folder, name)),
    )

    expect(status, stdout).toBe(0)
  })
})

describe('the checks of GitHub workflows', () => {
  const fixtures = badFixtures('github')

  test('have a bad fixture for every rule', () => {
    expect(fixtures.map(([rule]) => rule)).toEqual([...githubRules].sort())
  })

  test.each(fixtures)('see %s', async (rule, text) => {
    const problems = await checkGithub(text, flights)

    expect(problems.map((problem) => problem.rule)).toEqual([rule])
  })

  test('include actionlint, which sees an input that our action does not have', (context) => {
    const text = fixtures.find(([rule]) => rule === 'unknown-input')?.[1] ?? ''

    const said = withLocalActions(needTool(context, 'actionlint'), scratch, { 'bad.yml': text })

    expect(said).toMatch(/input "reusing" is not defined/)
  })

  test('include zizmor, which sees an action that is not pinned', (context) => {
    const path = join(scratch, 'unpinned.yml')
    writeFileSync(path, fixtures.find(([rule]) => rule === 'unpinned')?.[1] ?? '')

    const { status, stdout } = zizmor(needTool(context, 'zizmor'), [path])

    expect(stdout).toContain('unpinned-uses')
    expect(status).not.toBe(0)
  })
})

function zizmor(tool: string, files: readonly string[]): { status: number | null; stdout: string } {
  const config = join(scratch, 'zizmor.yml')
  const policies = { [`${about.repository}/*`]: 'ref-pin', '*': 'hash-pin' }
  writeFileSync(config, JSON.stringify({ rules: { 'unpinned-uses': { config: { policies } } } }))
  const args = ['--offline', '--persona=pedantic', '--no-progress', '--quiet', `--config=${config}`, ...files]
  const { status, stdout } = spawnSync(tool, args, { encoding: 'utf8' })
  return { status, stdout }
}
