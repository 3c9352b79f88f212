import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { BareRepository } from '../../core/engines/git/bare-repository.ts'
import type { Blobs, Kept, StoredBlob } from '../../core/workspace/blobs/blobs.ts'
import { GitBlobs } from '../../core/workspace/blobs/git.ts'
import { stamped } from '../../core/workspace/blobs/git-import.ts'
import { createGitPlace } from '../../core/workspace/git-place.ts'
import { sha256 } from '../../core/workspace/registry/documents.ts'
import { scratch } from './places.ts'

let folder = ''
let bare = ''

beforeEach(() => {
  folder = scratch()
  bare = join(folder, 'served.git')
  mkdirSync(join(folder, 'temp'))
  execFileSync('git', ['init', '--quiet', '--bare', bare])
  // As hosts do: commits are listed without their files.
  execFileSync('git', ['-C', bare, 'config', 'uploadpack.allowFilter', 'true'])
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

/** A client of its own, as another process would be. */
async function client<T>(work: (blobs: Blobs, repository: BareRepository) => Promise<T>): Promise<T> {
  const env = { PATH: process.env['PATH'], HOME: folder }
  const repository = await BareRepository.create({ url: bare, settings: [], env, tempFolder: join(folder, 'temp') })
  const blobs = new GitBlobs(createGitPlace({ branch: 'trainyard', repository, rightsHint: '' }))
  try {
    return await work(blobs, repository)
  } finally {
    await blobs.close()
    await repository.remove()
  }
}

function source(content: string | Buffer) {
  const bytes = Buffer.from(content)
  return { size: bytes.length, open: () => Readable.from([bytes]) }
}

async function textOf(blobs: Blobs, { digest, place }: Kept): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of await blobs.get(digest, place)) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

async function all(blobs: Blobs): Promise<StoredBlob[]> {
  const found: StoredBlob[] = []
  for await (const one of blobs.list()) found.push(one)
  return found
}

function folderBytes(path: string): number {
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' })
  return names.reduce((sum, name) => sum + statSync(join(path, name)).size, 0)
}

function refs(): readonly string[] {
  const out = execFileSync('git', ['-C', bare, 'for-each-ref', '--format=%(refname)'], { encoding: 'utf8' })
  return out.split('\n').filter((line) => line !== '')
}

test('files that another client has put are not sent again', async () => {
  const large = randomBytes(9 * 1024 * 1024)
  const put = (blobs: Blobs) => blobs.put([source('one'), source('two'), source(large)])
  const before = await client(async (blobs) => {
    const kept = await put(blobs)
    await blobs.flush()
    return kept
  })
  const sizeOf = () => folderBytes(bare)
  const size = sizeOf()

  await client(async (blobs) => {
    expect(await put(blobs)).toEqual(before)
    await blobs.flush()
    expect(blobs.unflushed()).toEqual([])
    await blobs.renew()
  })

  expect(refs()).toHaveLength(2)
  expect(sizeOf() - size).toBeLessThan(1_000_000)
})

test('a place with the files of an older release is found, listed, renewed and removed', async () => {
  const kept = await client(async (blobs) => {
    const [one] = await blobs.put([source('one')])
    await blobs.flush()
    return one
  })
  const [ref = ''] = refs()
  // Its parent is what an older release would have made: the files alone, and no word about when.
  execFileSync('git', ['-C', bare, 'update-ref', ref, `${ref}^`])

  await client(async (blobs) => {
    const [found] = await all(blobs)
    expect(found).toMatchObject({ digest: kept?.digest, storedAtMs: 0 })
    await client(async (other) => {
      await other.put([source('one')])
      await other.flush()
    })
    expect(await blobs.remove(found === undefined ? [] : [found])).toEqual([])
    const again = await all(blobs)
    expect(again[0]?.storedAtMs).toBeGreaterThan(1e12)
    expect(await blobs.remove(again)).toHaveLength(1)
  })
  expect(refs()).toEqual([])
})

test('what was put again since it was listed stays; what was removed is put again by who renews', async () => {
  await client(async (writer) => {
    const [kept] = await writer.put([source('one')])
    await writer.put([source('two'), source('three')])
    await writer.flush()
    await client(async (collector) => {
      const listed = await all(collector)
      expect(new Set(listed.map(({ size }) => size))).toEqual(new Set([3, 5]))
      await writer.renew()
      expect(await collector.remove(listed)).toEqual([])
      expect(await collector.remove(await all(collector))).toHaveLength(3)
      expect(refs()).toEqual([])

      await writer.renew()
      expect(refs()).toHaveLength(2)
      // Listed before it was removed and renewed: it is another one now.
      expect(await collector.remove(listed.slice(0, 0))).toEqual([])
      await client(async (reader) => {
        expect(kept === undefined ? '' : await textOf(reader, kept)).toBe('one')
      })
    })
  })
})

/** Makes many refs quickly: the odd ones as an older release made them, and with a second file in each. */
function makeRefs(count: number): readonly Kept[] {
  const commands: Buffer[] = []
  const kept = Array.from({ length: count }, (_, n): Kept => {
    const files = [`file ${n}`, ...(n % 2 === 0 ? [] : [`other ${n}`])].map((text) => ({ text, hex: sha256(text) }))
    const hex = sha256(`file ${n}`)
    const place = n % 2 === 0 ? hex.slice(0, 32) : `g${hex.slice(0, 23)}`
    const ref = `refs/trainyard/files/${place}`
    const lines = files.map(({ text, hex: name }) => `M 100644 inline ${name}\ndata ${text.length}\n${text}\n`)
    const head = `commit ${ref}\nmark :${2 * n + 1}\ncommitter Trainyard <trainyard@localhost> 0 +0000\ndata 6\nfiles\n\n`
    commands.push(Buffer.from(`${head}deleteall\n${lines.join('')}\n`))
    const one: Kept = { digest: `sha256:${hex}`, size: `file ${n}`.length, ...(n % 2 === 0 ? {} : { place }) }
    if (n % 2 === 0) commands.push(...stamped({ ref, from: `:${2 * n + 1}`, kept: [one], mark: 2 * n + 2 }))
    return one
  })
  commands.push(Buffer.from('done\n'))
  execFileSync('git', ['-C', bare, 'fast-import', '--quiet', '--done'], { input: Buffer.concat(commands) })
  return kept
}

test('600 refs become 101, and every file in them is found where its record says', async () => {
  const kept = makeRefs(600)
  expect(refs()).toHaveLength(600)

  await client(async (blobs) => {
    expect(await all(blobs)).toHaveLength(900)
    expect(await blobs.tidy({ isDry: true })).toEqual(['600 refs with files merged into 101'])
    expect(refs()).toHaveLength(600)
    expect(await blobs.tidy({ isDry: false })).toEqual(['600 refs with files merged into 101'])
    expect(await blobs.tidy({ isDry: false })).toEqual([])
  })
  expect(refs()).toHaveLength(101)

  await client(async (blobs) => {
    for (const n of [0, 1, 299, 300, 501, 599]) {
      const one = kept[n]
      expect(one === undefined ? '' : await textOf(blobs, one)).toBe(`file ${n}`)
    }
    const listed = await all(blobs)
    expect(listed).toHaveLength(900)
    const going = listed.filter(({ digest }) => digest === kept[0]?.digest || digest === kept[599]?.digest)
    const neighbours = listed.filter(({ place }) => going.some((one) => one.place === place))
    expect(await blobs.remove(neighbours)).toHaveLength(3)
    expect(await all(blobs)).toHaveLength(897)
  })
  await client(async (blobs) => {
    const [first, second] = kept
    await expect(first === undefined ? '' : textOf(blobs, first)).rejects.toThrow(/TY0207.*is missing/)
    expect(second === undefined ? '' : await textOf(blobs, second)).toBe('file 1')
  })
  execFileSync('git', ['-C', bare, 'gc', '--quiet', '--prune=now'])
  await client(async (blobs) => {
    const [, second] = kept
    expect(second === undefined ? '' : await textOf(blobs, second)).toBe('file 1')
  })
}, 120_000)
