import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleChild } from '../children/bundle.ts'
import { type Child, startChild } from '../children/run.ts'
import { makeGolden } from '../make-golden.ts'
import { directoryPlace, gitPlace, inPlace, inside, scratch, type TestPlace } from '../places.ts'
import { keep, register, trail } from '../records.ts'
import { copy, memory } from './copying.ts'

/** Kills of a copy to a folder; a copy to a branch gets an eighth. */
const kills = Number(process.env['TRAINYARD_KILLS'] ?? 24)

let folder = ''
let child = ''
let preload = ''
let source: TestPlace

beforeAll(async () => {
  folder = scratch()
  child = await bundleChild('copy', folder)
  preload = await bundleChild('die', folder)
  source = await directoryPlace.create()
  await makeGolden((request) => source.open({ request }), source.folder)
  await inside(source, async (workspace) => {
    for (let n = 5; n <= 40; n++) await register(workspace, await keep(workspace, source.folder, `version ${n}`))
  })
}, 120_000)

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await source[Symbol.asyncDispose]()
})

/** Kills copies one after the other, each at another moment, and then copies to the end. */
async function survive(
  target: TestPlace,
  times: number,
  start: (task: object, part: number) => Promise<Child> | Child,
): Promise<void> {
  for (let n = 1; n <= times; n++) {
    const own = join(target.folder, `victim-${n}`)
    mkdirSync(own)
    const victim = await start({ from: source.url, to: target.url, token: target.token, folder: own }, n / times)
    const { exitCode, stderr } = await victim.ended
    // Killed, or done.
    expect(`${exitCode} ${stderr}`).toMatch(/^(null|0) $/)
  }
  // Something was copied by those that died, or the test would show nothing.
  expect((await inside(target, trail)).length).toBeGreaterThan(0)
  await copy(source, target)
  expect(await memory(target)).toEqual(await memory(source))
  const told = (await inside(target, trail)).flatMap(({ changes }) => changes)
  expect(new Set(told).size).toBe(told.length)
}

test(`${kills} kills before any operation on the file system: a copy to a folder goes on, and does nothing twice`, async () => {
  const args = ['--import', pathToFileURL(preload).href, child]
  await inPlace(directoryPlace, (target) =>
    survive(target, kills, (task, part) => {
      // Later and later, so that some die after they have written entries.
      const dieAt = 20 + Math.floor((part + Math.random() / kills) * 900)
      return startChild(process.execPath, args, task, { ...process.env, TRAINYARD_DIE_AT: String(dieAt) })
    }),
  )
}, 300_000)

test(`${Math.ceil(kills / 8)} kills at any moment: a copy to a branch goes on, and does nothing twice`, async () => {
  let isFirst = true
  await inPlace(gitPlace, (target) =>
    survive(target, Math.ceil(kills / 8), async (task) => {
      const victim = startChild(process.execPath, [child], task)
      // The first when it has written an entry, the others whenever it is.
      if (isFirst) await victim.printed(1)
      else await new Promise((resolve) => setTimeout(resolve, 200 + Math.random() * 1500))
      isFirst = false
      victim.kill()
      return victim
    }),
  )
}, 300_000)
