import { execFileSync, spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { copyCheckout } from '../../scripts/lib/copy.mjs'
import { root } from '../../scripts/lib/sources.mjs'

let copy = ''
beforeAll(() => {
  copy = copyCheckout('gen-test')
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  execFileSync(process.execPath, ['core/gen/main.ts'], { cwd: copy })
  execFileSync('git', ['init', '--quiet'], { cwd: copy })
  // A link is no folder to .gitignore.
  appendFileSync(join(copy, '.git/info/exclude'), 'node_modules\n')
  execFileSync('git', ['add', '--all'], { cwd: copy })
})
afterAll(() => rmSync(copy, { recursive: true, force: true }))

function check() {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/gen-check.mjs'], {
    cwd: copy,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

test('generated files that follow from the definitions are fresh', () => {
  expect(check()).toMatchObject({ status: 0, stderr: '' })
})

test('a changed, a missing and a left-over file are each found, with the difference', () => {
  appendFileSync(join(copy, 'tasks/train/task.json'), ' ')
  rmSync(join(copy, 'docs/reference/train.md'))
  mkdirSync(join(copy, 'actions/weigh'))
  writeFileSync(join(copy, 'actions/weigh/action.yml'), 'name: Weigh\n')
  const { status, stderr } = check()

  expect(status).toBe(1)
  expect(stderr).toContain('3 files are stale')
  for (const file of ['tasks/train/task.json', 'docs/reference/train.md', 'actions/weigh/action.yml'])
    expect(stderr).toContain(file)
  expect(stderr).toContain('-name: Weigh')
  expect(stderr).toContain('git does not know these generated files yet:\nactions/weigh/action.yml')
})
