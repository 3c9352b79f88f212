import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import config from '../../oxlint.config.ts'
import { folders, zones } from '../../scripts/directions.mjs'
import { root } from '../../scripts/lib/sources.mjs'

// The chain of the architecture, written down a second time: the list in scripts/directions.mjs is held against it.
const chain = `cli gen > train register register-dataset fetch compare-and-gate package profile deploy-canary promote rollback trigger >
  delivery targets scoring > main > workspace > engines > project > step > host > records > errors`
const depths = new Map(
  chain.split('>').flatMap((layer, depth) =>
    layer
      .trim()
      .split(/\s+/)
      .map((name) => [name, depth]),
  ),
)

interface Edge {
  readonly from: string
  readonly to: string
  readonly isAllowed: boolean
}

const coreEdges: readonly Edge[] = [...depths.keys(), 'stats'].flatMap((from) =>
  [...depths.keys(), 'stats']
    .filter((to) => to !== from)
    .map((to) => ({ from: `core/${from}/edge.ts`, to: `core/${to}/index.ts`, isAllowed: mayImport(from, to) })),
)

function mayImport(from: string, to: string): boolean {
  if (from === 'stats') return false
  return to === 'stats' || (depths.get(to) ?? 0) > (depths.get(from) ?? 0)
}

const yes = (from: string, to: string): Edge => ({ from, to, isAllowed: true })
const no = (from: string, to: string): Edge => ({ from, to, isAllowed: false })

const faceEdges: readonly Edge[] = [
  yes('actions/train/main.ts', 'core/train/index.ts'),
  yes('actions/train/main.ts', 'core/main/index.ts'),
  yes('actions/train/main.ts', 'actions/host/index.ts'),
  yes('tasks/train/main.ts', 'tasks/host/index.ts'),
  yes('actions/host/edge.ts', 'core/host/index.ts'),
  no('actions/train/main.ts', 'core/register/index.ts'),
  no('actions/train/main.ts', 'actions/register/index.ts'),
  no('actions/train/main.ts', 'tasks/host/index.ts'),
  no('actions/train/main.ts', 'core/cli/index.ts'),
  no('tasks/train/main.ts', 'core/gen/index.ts'),
  no('tasks/train/main.ts', 'tasks/promote/index.ts'),
  no('tasks/train/main.ts', 'actions/host/index.ts'),
  no('tasks/host/edge.ts', 'core/train/index.ts'),
  no('actions/host/edge.ts', 'actions/train/index.ts'),
  no('core/main/edge.ts', 'actions/host/index.ts'),
  no('core/cli/edge.ts', 'tasks/host/index.ts'),
  no('core/errors/edge.ts', 'test/support/index.ts'),
  no('core/train/edge.ts', 'scripts/lib/index.ts'),
  no('actions/train/main.ts', 'test/support/index.ts'),
]

const definitionEdges: readonly Edge[] = [
  yes('core/train/definition.ts', 'core/step/index.ts'),
  yes('core/train/definition.ts', 'core/records/index.ts'),
  yes('core/train/definition.ts', 'core/train/schema.ts'),
  ...['errors', 'host', 'project', 'engines', 'workspace', 'main', 'delivery', 'stats', 'register'].map((name) =>
    no('core/train/definition.ts', `core/${name}/index.ts`),
  ),
  no('core/train/definition.ts', 'zod'),
  no('core/train/definition.ts', 'node:fs'),
]

const packageEdges: readonly Edge[] = [
  yes('actions/host/edge.ts', '@actions/core'),
  no('actions/train/main.ts', '@actions/core'),
  no('core/engines/edge.ts', '@actions/exec'),
  no('tasks/host/edge.ts', '@actions/core'),
  yes('tasks/host/edge.ts', 'azure-pipelines-task-lib'),
  no('tasks/train/main.ts', 'azure-pipelines-task-lib'),
  no('core/main/edge.ts', 'azure-pipelines-task-lib'),
  ...[
    'onnxruntime-web',
    'onnxruntime-node',
    'dockerode',
    'tar-stream',
    'azure-devops-node-api',
    '@octokit/core',
    'undici',
    'csv-parse',
    'picomatch',
  ].flatMap((name) => [
    yes('core/engines/edge.ts', name),
    no('core/compare-and-gate/edge.ts', name),
    no('core/cli/edge.ts', name),
  ]),
  yes('core/records/edge.ts', 'zod'),
  yes('core/engines/edge.ts', 'node:fs'),
  no('core/stats/edge.ts', 'zod'),
  no('core/stats/edge.ts', 'node:fs'),
]

const edges = [...coreEdges, ...faceEdges, ...definitionEdges, ...packageEdges]
const house = realpathSync(mkdtempSync(join(tmpdir(), 'trainyard-directions-')))
const reported = new Set<string>()

beforeAll(() => {
  for (const [file, imports] of fixtures()) write(file, imports)
  for (const name of packageNames()) write(`node_modules/${name}/index.js`, ['export {}'])
  for (const name of packageNames())
    write(`node_modules/${name}/package.json`, [`{ "name": "${name}", "main": "index.js" }`])
  write('core/train/types.ts', [
    "import type { Cli } from '../cli/index.ts'",
    "export type Later = import('../cli/index.ts').Cli",
  ])
  write('core/train/lazy.ts', ["export const load = () => import('../cli/index.ts')"])
  write('core/train/again.ts', ["export * from '../cli/index.ts'"])
  write('core/train/ring-a.ts', ["import { b } from './ring-b.ts'", 'export const a = () => b'])
  write('core/train/ring-b.ts', ["import { a } from './ring-a.ts'", 'export const b = () => a'])
  for (const line of lint()) reported.add(line)
}, 60_000)

afterAll(() => rmSync(house, { recursive: true, force: true }))

test('the list of directions holds the very folders that core/ has', () => {
  const present = readdirSync(join(root, 'core'), { withFileTypes: true }).filter((entry) => entry.isDirectory())

  expect(present.map(({ name }) => name).sort()).toEqual([...folders].sort())
})

describe('lint reports', () => {
  test.each(edges.filter(({ isAllowed }) => !isAllowed))('$from importing $to', (edge) => {
    expect(reported).toContain(place(edge))
  })

  test.each([
    ['a type that is imported upwards', 'core/train/types.ts:1'],
    ['a lazy import upwards', 'core/train/lazy.ts:1'],
    ['a re-export from above', 'core/train/again.ts:1'],
    ['a cycle inside one folder', 'core/train/ring-a.ts:1'],
  ])('%s', (_, line) => {
    expect(reported).toContain(line)
  })
})

test('lint accepts every import that goes down the chain', () => {
  const allowed = edges.filter(({ isAllowed }) => isAllowed).map(place)

  expect(allowed.length).toBeGreaterThan(100)
  expect(allowed.filter((line) => reported.has(line))).toEqual([])
})

/** The import lines of each fixture file, in the order of `edges`; files that are only imported are empty modules. */
function fixtures(): Map<string, string[]> {
  const files = new Map<string, string[]>()
  for (const { to } of edges)
    if (to.endsWith('.ts')) files.set(to, ['export type Cli = string', 'export const here = 1'])
  for (const { from, to } of edges) files.set(from, [...(files.get(from) ?? []), `import '${specifier(from, to)}'`])
  return files
}

function specifier(from: string, to: string): string {
  if (!to.endsWith('.ts')) return to
  const path = relative(dirname(from), to)
  return path.startsWith('.') ? path : `./${path}`
}

/** Where an edge stands: file and line. */
function place(edge: Edge): string {
  return `${edge.from}:${edges.filter(({ from }) => from === edge.from).indexOf(edge) + 1}`
}

function packageNames(): string[] {
  return [...new Set(packageEdges.concat(definitionEdges).map(({ to }) => to))].filter(
    (to) => !to.endsWith('.ts') && !to.startsWith('node:'),
  )
}

function write(file: string, lines: readonly string[]): void {
  mkdirSync(dirname(join(house, file)), { recursive: true })
  writeFileSync(join(house, file), `${lines.join('\n')}\n`)
}

const report = z.object({
  diagnostics: z.array(
    z.object({
      code: z.string(),
      filename: z.string(),
      labels: z.array(z.object({ span: z.object({ line: z.number() }) })),
    }),
  ),
})

/** Runs the linter once over all fixtures with the configuration of this repository; returns `file:line` of what it found. */
function lint(): string[] {
  const require = createRequire(import.meta.url)
  const here = {
    ...config,
    options: {},
    jsPlugins: [{ name: 'directions', specifier: require.resolve('eslint-plugin-import-x') }],
    rules: {
      'directions/no-restricted-paths': ['error', { basePath: house, zones: zones() }],
      'import/no-cycle': config.rules?.['import/no-cycle'],
    },
    overrides: config.overrides?.slice(0, 1),
    categories: { correctness: 'off' },
  }
  writeFileSync(join(house, '.oxlintrc.json'), JSON.stringify(here))
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/oxlint/bin/oxlint'), '-f', 'json', '.'],
    {
      cwd: house,
      encoding: 'utf8',
    },
  )
  if (!stdout.startsWith('{')) throw new Error(`oxlint: ${stdout}${stderr}`)
  return report
    .parse(JSON.parse(stdout))
    .diagnostics.flatMap(({ filename, labels }) => labels.map(({ span }) => `${filename}:${span.line}`))
}
