import { execFileSync } from 'node:child_process'
import { cpSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runCli } from '../cli/run-cli.ts'
import { hubCommit, TestHub } from '../support/hub.ts'
import { scratch } from '../workspace/places.ts'

let folder: string

beforeEach(() => {
  folder = scratch()
})

afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))

test('a version by reference is judged by its bytes on the hub, and the first judgement records that it read them', async () => {
  cpSync(join(import.meta.dirname, '../support/kettles'), folder, { recursive: true })
  for (const program of ['data.mjs', 'train.mjs']) execFileSync(process.execPath, [program], { cwd: folder })
  const model = readFileSync(join(folder, 'model/kettles.onnx'))
  await using hub = await TestHub.start('acme/kettles', [{ path: 'kettles.onnx', bytes: model, isLarge: true }])
  const env = { HF_ENDPOINT: hub.url, TRAINYARD_CACHE: join(folder, 'cache') }
  const run = (...args: string[]) => runCli([...args, '--workspace', join(folder, 'workspace')], { cwd: folder, env })

  const registered = await run('register', '--model', 'kettles', '--reference', 'hf://acme/kettles@main')
  expect(registered).toMatchObject({ exitCode: 0 })
  expect(hub.downloads).toBe(0)
  const judged = await run('compare-and-gate', '--model', 'kettles', '--candidate', 'kettles@1')
  expect(judged.exitCode).toBe(0)
  expect(hub.downloads).toBe(1)
  const lineage = await run('lineage', 'kettles@1')
  expect(lineage.stdout).toContain(`its files stay at hf://acme/kettles@${hubCommit}, and were verified first at`)

  hub.files = [{ path: 'kettles.onnx', bytes: Buffer.concat([model, Buffer.from('\0')]), isLarge: true }]
  rmSync(join(folder, 'cache'), { recursive: true })
  const refused = await run('compare-and-gate', '--model', 'kettles', '--candidate', 'kettles@1')
  expect(refused).toMatchObject({ exitCode: 4 })
  expect(refused.stderr).toMatch(/TY0223/)
}, 60_000)
