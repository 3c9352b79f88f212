import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { payloadIn } from '../../../core/host/wire/payload.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trainyard-payload-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('the event of a job is what its file says, and nothing where there is none', async () => {
  const path = join(folder, 'event.json')
  await writeFile(path, '{"ref":"refs/heads/main"}')
  const warned: string[] = []
  const warn = (sentence: string) => warned.push(sentence)

  expect(payloadIn({ GITHUB_EVENT_PATH: path }, warn)).toEqual({ ref: 'refs/heads/main' })
  expect(payloadIn({}, warn)).toBeUndefined()
  expect(warned).toEqual([])
})

test('an event that cannot be read is none, with a warning', async () => {
  const path = join(folder, 'broken.json')
  await writeFile(path, '{')
  const warned: string[] = []

  for (const each of [path, join(folder, 'missing.json')])
    expect(payloadIn({ GITHUB_EVENT_PATH: each }, (sentence) => warned.push(sentence))).toBeUndefined()

  expect(warned).toEqual([
    expect.stringContaining(`The event of this run cannot be read from ${path}: `),
    expect.stringContaining('missing.json: ENOENT'),
  ])
})
