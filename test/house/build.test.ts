import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { root } from '../../scripts/lib/sources.mjs'
import { nodes } from '../support/nodes.ts'

const [node20 = { path: process.execPath }, node24 = { path: process.execPath }] = nodes()
const made: string[] = []

afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
})

describe('the build', () => {
  test('gives each action its entry in one shared folder, and each task a folder of its own', () => {
    const house = newHouse({
      'actions/train/main.ts': "console.log('train')",
      'actions/train/post.ts': "console.log('after train')",
      'tasks/train/main.ts': "console.log('task')",
      'tasks/train/post.ts': "console.log('after task')",
      'core/cli/main.ts': "console.log('command')",
    })

    const { status } = build(house)

    expect(status).toBe(0)
    expect(readdirSync(join(house, 'actions/dist')).sort()).toEqual(['train-post.mjs', 'train.mjs'])
    expect(readdirSync(join(house, 'tasks/train/dist')).sort()).toEqual(['main.mjs', 'post.mjs'])
    expect(readFileSync(join(house, 'dist/cli/trainyard.mjs'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
    expect(run(join(house, 'tasks/train/dist/post.mjs')).stdout).toBe('after task\n')
  })

  test('gives the same bytes from another folder and on another Node', () => {
    const files = {
      'core/cli/main.ts': "import { lazy } from '../engines/a.ts'\nconsole.log((await lazy()).two)",
      'core/engines/a.ts': "export const lazy = () => import('./b.ts')",
      'core/engines/b.ts': "import { parse } from 'yaml'\nexport const two: unknown = parse('2')",
    }
    const [first, second] = [newHouse(files), newHouse(files)]

    build(first, node20.path)
    build(second, node24.path)

    expect(digests(join(first, 'dist/cli'))).toEqual(digests(join(second, 'dist/cli')))
    expect(readdirSync(join(first, 'dist/cli')).length).toBeGreaterThan(2)
    expect(run(join(first, 'dist/cli/trainyard.mjs')).stdout).toBe('2\n')
  })

  test('removes what an earlier build left, and says when a face has no entry', () => {
    const house = newHouse({ 'core/cli/main.ts': 'export {}' })
    write(house, { 'dist/cli/old-chunk.mjs': '' })

    const { stdout } = build(house)

    expect(readdirSync(join(house, 'dist/cli'))).toEqual(['trainyard.mjs'])
    expect(stdout).toMatch(/tasks +no entry found/)
  })

  test('puts the wasm file beside the chunk that reads it, and the licence of each package beside them', () => {
    const house = newHouse({
      'core/cli/main.ts': "const { ort } = await import('onnxruntime-web/wasm')\nconsole.log(ort)",
      ...stub('onnxruntime-web', { 'wasm.js': 'export const ort = 1', 'dist/ort-wasm-simd-threaded.wasm': 'wasm' }),
    })

    expect(build(house).status).toBe(0)
    expect(readFileSync(join(house, 'dist/cli/ort-wasm-simd-threaded.wasm'), 'utf8')).toBe('wasm')
    expect(readFileSync(join(house, 'dist/cli/THIRD-PARTY-NOTICES.txt'), 'utf8')).toContain(
      'onnxruntime-web@1.0.0 (MIT)',
    )
  })
})

describe('the scoring server', () => {
  test('comes with the step that packages it, the same bytes on every face, and lends it the runtime', () => {
    const lazy = "const { ort } = await import('onnxruntime-web/wasm')\nconsole.log(ort)"
    const house = newHouse({
      'core/cli/main.ts': lazy,
      'core/scoring/main.ts': lazy,
      'actions/package/main.ts': lazy,
      'tasks/package/main.ts': lazy,
      'tasks/train/main.ts': lazy,
      ...stub('onnxruntime-web', { 'wasm.js': 'export const ort = 1', 'dist/ort-wasm-simd-threaded.wasm': 'wasm' }),
    })
    write(house, { 'actions/dist/scoring/old-chunk.mjs': '' })

    expect(build(house).status).toBe(0)
    // Once more, now that the folders are there: neither bundle removes the other.
    expect(build(house).status).toBe(0)

    const server = digests(join(house, 'dist/scoring'))
    expect(Object.keys(server)).toContain('ort-wasm-simd-threaded.wasm')
    for (const folder of ['actions/dist', 'tasks/package/dist']) {
      expect(digests(join(house, folder, 'scoring'))).toEqual(server)
      expect(readdirSync(join(house, folder))).not.toContain('ort-wasm-simd-threaded.wasm')
    }
    expect(readdirSync(join(house, 'tasks/train/dist'))).toContain('ort-wasm-simd-threaded.wasm')
    expect(readdirSync(join(house, 'tasks/train/dist'))).not.toContain('scoring')
  })
})

describe('the command line', () => {
  test('has its files beside its code, as in the source', () => {
    const house = newHouse({
      'core/cli/main.ts': `import { readFileSync } from 'node:fs'
        console.log(readFileSync(new URL('./templates/push.yml', import.meta.url), 'utf8'))`,
      'core/cli/templates/push.yml': 'on: push',
    })

    build(house)

    expect(run(join(house, 'dist/cli/trainyard.mjs')).stdout).toBe('on: push\n')
  })
})

describe('the build fails', () => {
  test('when the task library would be there twice: each copy has its own vault of secrets', () => {
    const house = newHouse({
      'tasks/train/main.ts': "import 'azure-pipelines-task-lib'\nimport 'helper'",
      ...stub('azure-pipelines-task-lib', { 'index.js': 'console.log(1)' }),
      ...stub('helper', { 'index.js': "import 'azure-pipelines-task-lib'" }),
      ...stub('helper/node_modules/azure-pipelines-task-lib', { 'index.js': 'console.log(2)' }),
    })

    const { status, stderr } = build(house)

    expect(status).not.toBe(0)
    expect(stderr).toContain('azure-pipelines-task-lib is in the bundle twice')
  })

  test('when an import leads nowhere', () => {
    const house = newHouse({ 'core/cli/main.ts': "import 'not-installed'" })

    expect(build(house)).toMatchObject({ status: 1, stderr: expect.stringContaining('not-installed') as string })
  })

  test('when a package has a licence that may not be shipped under MIT', () => {
    const house = newHouse({
      'core/cli/main.ts': "import 'copyleft'",
      ...stub('copyleft', { 'index.js': 'console.log(1)', 'package.json': manifest('copyleft', 'AGPL-3.0') }),
    })

    expect(build(house)).toMatchObject({ status: 1, stderr: expect.stringContaining('AGPL-3.0') as string })
  })

  test('when a face is not known', () => {
    expect(build(newHouse({}), node24.path, ['vscode'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('vscode') as string,
    })
  })
})

describe('setup', () => {
  const sources = { 'core/cli/main.ts': "console.log('one')" }

  test('says and does nothing when packages and bundles are there', () => {
    const house = newHouse(sources)
    build(house)

    expect(run(join(house, 'scripts/setup.mjs'), node20.path)).toMatchObject({ status: 0, stdout: '', stderr: '' })
  })

  test('builds again when a source changed, and when a bundle is gone', () => {
    const house = newHouse(sources)
    build(house)

    write(house, { 'core/cli/main.ts': "console.log('two')" })
    const changed = run(join(house, 'scripts/setup.mjs'), node20.path)
    expect(changed.stdout).toMatch(/build: cli/)
    expect(run(join(house, 'dist/cli/trainyard.mjs')).stdout).toBe('two\n')

    rmSync(join(house, 'dist/cli/trainyard.mjs'))
    const gone = run(join(house, 'scripts/setup.mjs'), node20.path)
    expect(gone.stdout).toMatch(/build: cli/)
    expect(gone.stdout).not.toMatch(/build: tasks/)
  })

  test('sees when a package is missing or has another version than the lock', () => {
    const house = newHouse(sources)
    const isInstalled = `import('${join(house, 'scripts/lib/install.mjs')}').then((m) => console.log(m.isInstalled()))`
    const ask = () => spawnSync(node20.path, ['-e', isInstalled], { encoding: 'utf8' }).stdout

    expect(ask()).toBe('true\n')
    write(house, { 'package-lock.json': lock({ 'node_modules/yaml': { version: '9.9.9' } }) })
    expect(ask()).toBe('false\n')
    write(house, {
      'package-lock.json': lock({
        'node_modules/yaml': { version: '1.0.0' },
        'node_modules/zod': { version: '1.0.0' },
      }),
    })
    expect(ask()).toBe('false\n')
    write(house, {
      'package-lock.json': lock({ 'node_modules/yaml': { version: '1.0.0' }, 'node_modules/mac': { optional: true } }),
    })
    expect(ask()).toBe('true\n')
  })
})

/** A small house in an empty folder: the real scripts over the given files, with the few real packages that they need. */
function newHouse(files: Record<string, string>): string {
  const house = mkdtempSync(join(tmpdir(), 'trainyard-house-'))
  made.push(house)
  cpSync(join(root, 'scripts'), join(house, 'scripts'), { recursive: true })
  mkdirSync(join(house, 'node_modules'))
  symlinkSync(join(root, 'node_modules/rolldown'), join(house, 'node_modules/rolldown'))
  cpSync(join(root, 'node_modules/yaml'), join(house, 'node_modules/yaml'), { recursive: true })
  const installed = lock({ 'node_modules/yaml': { version: '1.0.0' } })
  write(house, {
    'package.json': '{ "type": "module" }',
    'tsconfig.json': readFileSync(join(root, 'tsconfig.json'), 'utf8'),
    'package-lock.json': installed,
    'node_modules/.package-lock.json': installed,
    ...files,
  })
  return house
}

function lock(packages: Record<string, { version?: string; optional?: boolean }>): string {
  return JSON.stringify({ lockfileVersion: 3, packages: { '': {}, ...packages } })
}

function stub(name: string, files: Record<string, string>): Record<string, string> {
  const own = { 'package.json': manifest(name.replace(/^.*node_modules\//, ''), 'MIT'), ...files }
  return Object.fromEntries(Object.entries(own).map(([file, text]) => [`node_modules/${name}/${file}`, text]))
}

function manifest(name: string, license: string): string {
  return JSON.stringify({
    name,
    version: '1.0.0',
    license,
    type: 'module',
    exports: { '.': './index.js', './wasm': './wasm.js' },
  })
}

function write(house: string, files: Record<string, string>): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(house, file)), { recursive: true })
    writeFileSync(join(house, file), text)
  }
}

function build(house: string, node: string = node24.path, faces: readonly string[] = []) {
  return run(join(house, 'scripts/build.mjs'), node, faces)
}

function run(script: string, node: string = node24.path, args: readonly string[] = []) {
  const { status, stdout, stderr } = spawnSync(node, [script, ...args], { cwd: tmpdir(), encoding: 'utf8' })
  return { status, stdout, stderr }
}

function digests(folder: string): Record<string, string> {
  const files = readdirSync(folder).sort()
  return Object.fromEntries(
    files.map((file) => [
      file,
      createHash('sha256')
        .update(readFileSync(join(folder, file)))
        .digest('hex'),
    ]),
  )
}
