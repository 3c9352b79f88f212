import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openWorkspace } from '../../core/workspace/open.ts'
import { memoryHost } from '../support/memory-host.ts'
import { runCli } from './run-cli.ts'
import { startOf } from './seed.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trainyard-resume-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Trains with a remote that is gone at the end; returns the folder that was left. */
async function trainOutOfReach(remote: string): Promise<string> {
  execFileSync('git', ['init', '--quiet', '--bare', remote])
  const workspace = await openWorkspace({
    url: `git:${remote}`,
    host: memoryHost({ context: { folder } }),
    request: 'train-1',
    by: { name: 'tester', host: 'memory' },
    intent: 'write',
    allowPublicFiles: true,
    deadlineMs: 1,
  })
  try {
    const { run } = await workspace.runs.start(startOf('one'))
    await writeFile(join(folder, 'model.bin'), 'the model')
    const artifacts = await workspace.files.put([{ path: 'model.bin', from: join(folder, 'model.bin') }])
    await rename(remote, `${remote}.away`)
    const end = { state: 'succeeded', exitCode: 0, metrics: { auc: 0.9 }, params: {}, artifacts } as const
    await expect(workspace.runs.finish(run.id, end)).rejects.toMatchObject({ code: 'TY0212' })
    await rename(`${remote}.away`, remote)
  } finally {
    await workspace.close()
  }
  const [left = ''] = await readdir(join(folder, '.trainyard-pending'))
  return join('.trainyard-pending', left)
}

test('resume records what a step left behind, with its files, and removes the folder', async () => {
  const remote = join(folder, 'remote.git')
  const left = await trainOutOfReach(remote)

  const resumed = await runCli(['resume', left], { cwd: folder })
  expect(resumed.stderr).toBe('')
  expect(resumed.stdout).toMatch(/^Run r-[0-9a-f]+ is recorded as succeeded in git:/)
  expect(existsSync(join(folder, left))).toBe(false)

  const { stdout } = await runCli(['runs', '--workspace', `git:${remote}`, '--json'], { cwd: folder })
  expect(JSON.parse(stdout)).toMatchObject([{ state: 'succeeded', end: { metrics: { auc: 0.9 } } }])
})

test('resume says when a folder holds nothing to resume', async () => {
  const { exitCode, stderr } = await runCli(['resume', 'nothing'], { cwd: folder })

  expect(exitCode).toBe(2)
  expect(stderr).toContain('holds no pending work')
})
