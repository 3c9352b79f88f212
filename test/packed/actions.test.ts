import { readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { loadSteps } from '../../core/gen/steps.ts'
import { root } from '../../scripts/lib/sources.mjs'
import { nodes } from '../support/nodes.ts'
import { runAction } from '../support/runner.ts'
import { emptyFolder, filesIn, namingThisMachine, runScript } from './unpacked.ts'

const manifest = z.object({
  inputs: z.record(z.string(), z.object({ required: z.boolean(), default: z.string().optional() })),
  runs: z.object({ using: z.literal('node24'), main: z.string(), post: z.string().optional() }),
})
const steps = (await loadSteps(root)).map(({ id }) => id)
const folder = emptyFolder()

beforeAll(() => {
  runScript('package-actions.mjs', folder)
}, 300_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const actionOf = (step: string) =>
  manifest.parse(parse(readFileSync(join(folder, 'actions', step, 'action.yml'), 'utf8')))
const entryOf = (step: string, file: string) => join(folder, 'actions', step, file)

describe('what users of the actions download', () => {
  test.each(steps)('holds the action %s with every file that its manifest starts', (step) => {
    const { main, post } = actionOf(step).runs

    for (const file of [main, ...(post === undefined ? [] : [post])])
      expect(statSync(entryOf(step, file)).isFile()).toBe(true)
  })

  test('holds manifests, one folder of bundles, licence and README, and nothing else', () => {
    const others = filesIn(folder).filter(
      (file) => !/^actions\/dist\/((scoring|router)\/)?[\w.-]+\.(mjs|wasm|txt)$/.test(file),
    )

    expect(others).toEqual(['LICENSE', 'README.md', ...steps.map((step) => `actions/${step}/action.yml`).sort()])
  })

  test('names no folder of the machine that built it', () => {
    expect(namingThisMachine(folder)).toEqual([])
  })
})

describe.each(nodes())('on $name, out of an empty folder,', ({ path }) => {
  test.each(steps)('%s fails for bad inputs with exit 2, and lists them all', async (step) => {
    const { inputs, runs } = actionOf(step)
    const demanded = Object.entries(inputs).filter(([, { required }]) => required)
    const { conclusion, exitCode, annotations, misdeeds } = await runAction({
      node: path,
      entry: entryOf(step, runs.main),
      inputs: { 'dry-run': 'perhaps', 'project-file': 'nowhere.yml' },
    })
    const message = annotations.map((annotation) => annotation.message).join('\n')

    expect(conclusion).toBe('failure')
    expect(exitCode).toBe(2)
    expect(message).toContain('TY0101')
    expect(message).toContain('dry-run "perhaps" is neither true nor false')
    for (const [input] of demanded) expect(message).toContain(`${input} is missing`)
    expect(misdeeds).toEqual([])
  })
})
