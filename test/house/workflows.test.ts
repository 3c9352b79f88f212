import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../scripts/lib/sources.mjs'
import { needTool } from '../support/tools.ts'

const folder = join(root, '.github/workflows')
const workflows = readdirSync(folder).map((name) => join(folder, name))
const text = (path: string) => readFileSync(path, 'utf8')

test('actionlint has nothing to say about our own workflows', (context) => {
  const { status, stdout } = spawnSync(needTool(context, 'actionlint'), workflows, { encoding: 'utf8' })

  expect(stdout).toBe('')
  expect(status).toBe(0)
})

test('zizmor finds no weakness in our own workflows', (context) => {
  const args = [
    '--offline',
    '--persona=pedantic',
    '--no-progress',
    '--quiet',
    ...workflows,
    join(root, '.github/dependabot.yml'),
  ]
  const { status, stdout } = spawnSync(needTool(context, 'zizmor'), args, { encoding: 'utf8' })

  expect(status, stdout).toBe(0)
})

test.each(workflows)(
  '%s starts without rights, pins its actions to commits, and does not run on pull_request_target',
  (path) => {
    const uses = [...text(path).matchAll(/uses: (?!\.\/)(\S+)/g)].map(([, action]) => action)

    expect(text(path)).toMatch(/^permissions: \{\}$/m)
    expect(uses.length).toBeGreaterThan(0)
    expect(uses.filter((action) => !/@[0-9a-f]{40}$/.test(action ?? ''))).toEqual([])
    expect(text(path)).not.toContain('pull_request_target')
  },
)
