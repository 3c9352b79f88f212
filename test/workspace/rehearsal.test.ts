import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { HostContext } from '../../core/host/host.ts'
import { openWorkspace } from '../../core/workspace/open.ts'
import type { Workspace } from '../../core/workspace/workspace.ts'
import { openOptions, scratch } from './places.ts'
import { keep, register, runStart, trail } from './records.ts'

let folder = ''

beforeEach(() => {
  folder = scratch()
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

const untrusted = { kind: 'untrusted', why: 'a fork' } as const

/** One step of a job whose temporary files lie in a folder of their own. */
async function step<T>(job: string, use: (workspace: Workspace) => Promise<T>): Promise<T> {
  const context: Partial<HostContext> = { trust: untrusted, identity: job, tempFolder: join(folder, job) }
  const workspace = await openWorkspace(openOptions(join(folder, 'workspace'), folder, { context }))
  try {
    return await use(workspace)
  } finally {
    await workspace.close()
  }
}

describe('the steps of a job that may not write', () => {
  test('find the run that an earlier step rehearsed, with its files', async () => {
    const id = await step('job', async (workspace) => {
      const { run } = await workspace.runs.start(runStart())
      const artifacts = await keep(workspace, folder, 'bytes of a model')
      await workspace.runs.finish(run.id, { state: 'succeeded', metrics: {}, params: {}, artifacts })
      return run.id
    })

    const [state, bytes, own] = await step('job', async (workspace) => {
      const run = await workspace.runs.get(id)
      const [file] = run.end?.artifacts.files ?? []
      if (file === undefined) throw new Error('the run has no files')
      return [run.state, await workspace.files.read(file.digest), workspace.rehearsed()] as const
    })

    expect(state).toBe('succeeded')
    expect(Buffer.from(bytes).toString()).toContain('bytes of a model')
    // What a step would have recorded is its own doing alone.
    expect(own).toEqual([])
  })

  test('keep it to themselves: neither another job nor the workspace sees it', async () => {
    const id = await step('one', async ({ runs }) => (await runs.start(runStart())).run.id)

    await step('two', async ({ runs }) => expect(await runs.list()).toEqual([]))
    expect(existsSync(join(folder, 'workspace'))).toBe(false)
    await step('one', async ({ runs }) => expect((await runs.get(id)).state).toBe('running'))
  })

  test('stand on what others recorded meanwhile', async () => {
    const id = await step('job', async ({ runs }) => (await runs.start(runStart())).run.id)
    const writer = await openWorkspace(openOptions(join(folder, 'workspace'), folder))
    await register(writer, await keep(writer, folder, 'm'))
    const written = (await trail(writer)).length
    await writer.close()

    await step('job', async (workspace) => {
      expect((await workspace.models.list()).map(({ name }) => name)).toEqual(['flights'])
      expect((await workspace.runs.get(id)).state).toBe('running')
      // The rehearsed entry is chained to the newest recorded one.
      expect(await trail(workspace)).toHaveLength(written + 1)
    })
  })

  test('leave nothing behind on a laptop, where a rehearsal is a dry run', async () => {
    const options = openOptions(join(folder, 'workspace'), folder, { intent: 'rehearse' })
    const workspace = await openWorkspace(options)
    await workspace.runs.start(runStart())
    await keep(workspace, folder, 'm')
    await workspace.close()

    const again = await openWorkspace(options)
    expect(await again.runs.list()).toEqual([])
    await again.close()
  })
})
