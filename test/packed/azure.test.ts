import { createHash } from 'node:crypto'
import { readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { taskShape } from '../../core/gen/task-shape.ts'
import { loadSteps } from '../../core/gen/steps.ts'
import { taskName } from '../../core/step/names.ts'
import { root } from '../../scripts/lib/sources.mjs'
import { runTask } from '../support/agent.ts'
import { nodes } from '../support/nodes.ts'
import { emptyFolder, filesIn, namingThisMachine, runScript, unpack } from './unpacked.ts'

const extension = z.object({
  publisher: z.string(),
  id: z.string(),
  version: z.string(),
  contributions: z.array(z.object({ type: z.string(), properties: z.object({ name: z.string() }) })),
})
const { publisher, id, version, contributions } = extension.parse(readJson(join(root, 'vss-extension.json')))
const built = emptyFolder()
const vsix = join(built, `${publisher}.${id}-${version}.vsix`)
const tasks = (await loadSteps(root)).map((step) => taskName(step.id))
const folder = emptyFolder()
const major = `v${version.split('.')[0]}`

beforeAll(async () => {
  runScript('package-azure.mjs', built)
  await unpack(readFileSync(vsix), folder)
}, 300_000)
afterAll(() => {
  for (const made of [folder, built]) rmSync(made, { recursive: true, force: true })
})

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'))
}

describe('the extension', () => {
  test('contributes a task per step, each from a folder that it holds', () => {
    expect(contributions.map(({ properties }) => properties.name)).toEqual(tasks)
    expect(contributions.filter(({ type }) => type !== 'ms.vss-distributed-task.task')).toEqual([])
  })

  test.each(tasks)('holds %s with every file that its manifest starts', (name) => {
    const task = taskShape.parse(readJson(join(folder, name, major, 'task.json')))
    const handlers = [task.execution, ...(task.postjobexecution === undefined ? [] : [task.postjobexecution])]
    const targets = handlers.flatMap(({ Node20_1, Node24 }) => [Node20_1.target, Node24.target])

    expect(task.name).toBe(name)
    expect(targets.length).toBeGreaterThan(1)
    for (const target of targets) expect(statSync(join(folder, name, major, target)).isFile()).toBe(true)
  })

  test('holds bundles, what they read, notices and nothing else: no source, no test, no package', () => {
    const own = [...tasks.map((name) => `${name}/${major}/task.json`), 'README.md', 'LICENSE', 'extension.vsixmanifest']
    const others = filesIn(folder).filter((file) => !own.includes(file))

    expect(
      others.filter(
        (file) => !/^Trainyard\w+\/v\d+\/dist\/((scoring|router)\/)?[\w.-]+\.(mjs|wasm|wasm\.br|txt)$/.test(file),
      ),
    ).toEqual(['[Content_Types].xml', 'extension.vsomanifest'])
  })

  test('names no folder of the machine that built it', () => {
    expect(namingThisMachine(folder)).toEqual([])
  })

  test.each(tasks)('has the task library once in %s, since two would keep two sets of secrets', (name) => {
    const code = filesIn(join(folder, name)).filter((file) => file.endsWith('.mjs'))
    const copies = code.flatMap((file) => [
      ...readFileSync(join(folder, name, file), 'utf8').matchAll(/function _loadData(\$\d+)?\(/g),
    ])

    expect(copies.length).toBe(1)
  })

  test('is small enough for the Marketplace', () => {
    expect(statSync(vsix).size).toBeLessThan(19e6)
  })

  test('is the same bytes when it is packed again', () => {
    const before = digest()
    runScript('package-azure.mjs', built, '--as-built')

    expect(digest()).toBe(before)
  }, 300_000)
})

function digest(): string {
  return createHash('sha256').update(readFileSync(vsix)).digest('hex')
}

describe.each(nodes())('on $name, out of an empty folder,', ({ path }) => {
  test.each(tasks)('%s fails for bad inputs, lists them all, and exits as the agent wants it', async (name) => {
    const entry = join(folder, name, major, 'dist/main.mjs')
    const task = taskShape.parse(readJson(join(folder, name, major, 'task.json')))
    const demanded = task.inputs.filter(({ required }) => required).map((input) => input.name)
    const { result, exitCode, issues, misdeeds, hasLeftKey } = await runTask({
      node: path,
      entry,
      inputs: { dryRun: 'perhaps', projectFile: 'nowhere.yml' },
    })
    const message = issues.map((issue) => issue.message).join('\n')

    expect(result).toBe('Failed')
    expect(exitCode).toBe(0)
    expect(message).toContain('TY0101')
    expect(message).toContain('dryRun "perhaps" is neither true nor false')
    for (const input of demanded) expect(message).toContain(`${input} is missing`)
    expect(misdeeds).toEqual([])
    expect(hasLeftKey).toBe(false)
  })
})
