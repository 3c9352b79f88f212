import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { filesUnder, inRoot, root } from '../../scripts/lib/sources.mjs'

const names = z.record(z.string(), z.string()).default({})
const manifest = z.object({
  version: z.string(),
  publisher: z.string(),
  repository: z.object({ url: z.string() }),
  engines: z.object({ node: z.string() }),
  scripts: names,
  dependencies: names,
  devDependencies: names,
  optionalDependencies: names,
})
const lock = z.object({
  packages: z.record(
    z.string(),
    z.object({ resolved: z.string().optional(), hasInstallScript: z.boolean().optional() }),
  ),
})

const about = manifest.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))

test('every package is pinned to one version', () => {
  const pins = Object.values({ ...about.dependencies, ...about.devDependencies, ...about.optionalDependencies })

  expect(pins.filter((pin) => !/^(npm:[\w-]+@)?\d+\.\d+\.\d+$/.test(pin))).toEqual([])
})

test('the npm package needs no other package: what it uses is in its bundles', () => {
  expect(about.dependencies).toEqual({})
})

test('the lock names no registry, so that any mirror serves it', () => {
  const { packages } = lock.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')))
  const named = Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined)

  expect(named.map(([path]) => path)).toEqual([])
})

test('the version is one SemVer', () => {
  expect(about.version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/)
})

test('owner and publisher are typed in package.json and in no code', () => {
  const owner = /github\.com\/([\w-]+)\//.exec(about.repository.url)?.[1] ?? ''
  const code = ['core', 'actions', 'tasks', 'scripts', 'test']
    .flatMap((folder) => filesUnder(join(root, folder)))
    .filter((file) => /\.(ts|mjs)$/.test(file))

  expect(owner).not.toBe('')
  expect(code.length).toBeGreaterThan(10)
  expect(code.filter((file) => readFileSync(file, 'utf8').includes(owner)).map(inRoot)).toEqual([])
})

test('nothing built is committed', () => {
  const tracked = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).split('\n')

  expect(tracked).toContain('package.json')
  expect(tracked.filter((file) => /(^|\/)(dist|node_modules)\//.test(file))).toEqual([])
})
