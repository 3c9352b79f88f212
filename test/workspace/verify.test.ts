import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Workspace } from '../../core/workspace/workspace.ts'
import { treeOf } from '../../core/records/tree.ts'
import { checkPins, parsePin, pinText } from '../../core/workspace/verify/pin.ts'
import { directoryPlace, gitPlace, inside, type TestPlace } from './places.ts'
import { keep, register, trail } from './records.ts'

type Work = (workspace: Workspace) => Promise<unknown>
const listed: Work = ({ models }) => models.list()
const checks: readonly Work[] = [trail, (workspace) => workspace.verify()]

const digest = `sha256:${'ab'.repeat(32)}` as const

const problems = (place: TestPlace) =>
  inside(place, (workspace) => workspace.verify(), { intent: 'read' }).then(({ findings }) =>
    findings.map(({ kind, problem }) => `${kind}: ${problem}`),
  )

describe('a pin', () => {
  test('is read back as it is written, with or without the name of the hash', () => {
    const pin = { seq: 41, digest }
    expect(parsePin(pinText(pin))).toEqual(pin)
    expect(parsePin(` 41:${'ab'.repeat(32)}\n`)).toEqual(pin)
  })

  test.for(['', '41', `0:${digest}`, `41:sha256:ab`, `x:${digest}`, `41:${digest}:`, `4.1:${digest}`])(
    'is not %j',
    (text) => {
      expect(parsePin(text)).toBeUndefined()
    },
  )

  test('of an entry that cannot be read says nothing of its own: the entry is named already', () => {
    expect(checkPins([{ seq: 2, digest }], 3, () => undefined)).toEqual([])
    expect(checkPins([{ seq: 2, digest }], 0, () => undefined)[0]?.problem).toContain('the ledger is empty')
  })
})

describe('in a folder', () => {
  const filled = async (place: TestPlace) =>
    inside(place, async (workspace) => {
      await register(workspace, await keep(workspace, place.folder, 'm'))
      for (let n = 0; n < 40; n++) await workspace.models.tag('flights', 1, { Round: String(n) })
    })

  test('verify names a forged checkpoint, and reads the entries all the same', async () => {
    await using place = await directoryPlace.create()
    await filled(place)
    for (const name of readdirSync(join(place.url, 'checkpoints'))) {
      const path = join(place.url, 'checkpoints', name)
      const manifest = JSON.parse(readFileSync(path, 'utf8')) as object
      writeFileSync(path, JSON.stringify({ ...manifest, digest }))
    }

    expect(await problems(place)).toEqual([
      expect.stringMatching(/^checkpoint: entry 32 is not the one that the checkpoint was made from$/),
    ])
  })

  test('verify names every entry at once: one that is torn, two that are gone, one that was changed', async () => {
    await using place = await directoryPlace.create()
    await filled(place)
    await place.tamper.entry(3, (text) => text.slice(0, 20))
    await place.tamper.withoutEntry(10)
    await place.tamper.withoutEntry(11)
    await place.tamper.entry(35, (text) => text.replace('"Round":"33"', '"Round":"99"'))

    const found = await problems(place)
    expect(found.map((problem) => /^entry: entry (\d+)/.exec(problem)?.[1])).toEqual(['3', '10', '11', '35'])
  })

  test('verify finds an entry that was changed together with the digest beside it', async () => {
    await using place = await directoryPlace.create()
    await filled(place)
    await place.tamper.entry(5, (text) => {
      const line = (text.split('\n')[0] ?? '').replace('"Round":"3"', '"Round":"99"')
      return `${line}\nsha256:${createHash('sha256').update(line).digest('hex')}\n`
    })

    expect(await problems(place)).toEqual([expect.stringMatching(/^entry: entry 5 was changed: .* entry 6 names/)])
  })
})

test('on a branch, verify finds that it was rewritten while it was open', async () => {
  await using place = await gitPlace.create()
  const workspace = await place.open()
  for (const text of ['one', 'two', 'three']) await register(workspace, await keep(workspace, place.folder, text))
  await workspace.models.list()
  await place.tamper.withoutEntry(2)

  const { findings } = await workspace.verify()
  await workspace.close()
  expect(findings.map(({ kind, seq }) => [kind, seq])).toEqual([['entry', 2]])
})

test.each([directoryPlace, gitPlace])('verify asks no bytes of a version by reference in $name', async (kind) => {
  await using place = await kind.create()
  const files = treeOf([{ path: 'model.onnx', digest, size: 9 }])
  await inside(place, (workspace) => register(workspace, files, { source: 'https://models.example/flights' }))

  expect(await problems(place)).toEqual([])
})

describe.each([
  { kind: directoryPlace, makeNewer: newerFolder },
  { kind: gitPlace, makeNewer: newerBranch },
])('a newer form in $kind.name', ({ kind, makeNewer }) => {
  test('is refused with an error that says what to do, and verify says nothing about it', async () => {
    await using place = await kind.create()
    await inside(place, async (workspace) => register(workspace, await keep(workspace, place.folder, 'one')))
    await makeNewer(place)

    for (const work of [...checks, listed])
      await expect(inside(place, work)).rejects.toMatchObject({ code: 'TY0209', exitCode: 2 })
  })

  test('of an entry is refused, too', async () => {
    await using place = await kind.create()
    await inside(place, async (workspace) => register(workspace, await keep(workspace, place.folder, 'one')))
    await inside(place, ({ models }) => models.tag('flights', 1, { Stage: 'test' }))
    await place.tamper.entry(2, (text) => withDigest(text.replace('{"v":1,', '{"v":2,')))

    for (const work of checks)
      await expect(inside(place, work)).rejects.toMatchObject({
        code: 'TY0209',
        message: expect.stringContaining('form 2') as string,
      })
  })

  test('of a change is refused, too', async () => {
    await using place = await kind.create()
    await inside(place, async (workspace) => register(workspace, await keep(workspace, place.folder, 'one')))
    await inside(place, ({ models }) => models.tag('flights', 1, { Stage: 'test' }))
    await place.tamper.entry(2, (text) => withDigest(text.replace('"kind":"version.tagged"', '"kind":"version.sold"')))

    for (const work of checks)
      await expect(inside(place, work)).rejects.toMatchObject({
        code: 'TY0209',
        message: expect.stringContaining('version.sold') as string,
      })
  })
})

/** In a folder an entry has its digest on a line of its own; what is not one of a folder has none and stays as it is. */
function withDigest(text: string): string {
  const [line = '', second = ''] = text.split('\n')
  if (!second.startsWith('sha256:')) return text
  return `${line}\nsha256:${createHash('sha256').update(line).digest('hex')}\n`
}

function newerFolder(place: TestPlace): Promise<void> {
  const marker = join(place.url, 'trainyard.json')
  writeFileSync(marker, readFileSync(marker, 'utf8').replace('"format": 1', '"format": 2'))
  return Promise.resolve()
}

async function newerBranch(place: TestPlace): Promise<void> {
  await place.tamper.document('format.json', (text) => text.replace('"format":1', '"format":2'))
}
