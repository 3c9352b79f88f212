import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Digest } from '../../../core/records/digest.ts'
import { digestOf } from '../../../core/workspace/ledger/entry.ts'
import { digestsOf, findKey, keysBelow, type KeyFolder, withKeys } from '../../../core/workspace/ledger/key-tree.ts'

/** Where large folders are kept, counting what is written. */
function store() {
  const kept = new Map<Digest, KeyFolder>()
  const keep = (folder: KeyFolder) => {
    const digest = digestOf(Buffer.from(JSON.stringify(folder)))
    kept.set(digest, folder)
    return Promise.resolve(digest)
  }
  const load = (digest: Digest) => {
    const folder = kept.get(digest)
    return folder === undefined ? Promise.reject(new Error(`no ${digest}`)) : Promise.resolve(folder)
  }
  return { kept, keep, load }
}

const digest = (text: string) => digestOf(Buffer.from(text))

test('a tree holds what a map would, whatever is put into it in which steps', async () => {
  const name = fc.constantFrom('a', 'b', 'constructor', '__proto__', '0007', 'c.d')
  const key = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'))
  const steps = fc.array(fc.array(fc.tuple(key, fc.nat()), { maxLength: 200 }), { maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(steps, async (changes) => {
      const { keep, load } = store()
      const expected = new Map<string, Digest>()
      let root: KeyFolder = {}
      for (const change of changes) {
        const changed = new Map(change.map(([at, n]) => [at, digest(String(n))]))
        for (const [at, one] of changed) expected.set(at, one)
        root = await withKeys(root, changed, { load, keep })
      }

      for (const [at, one] of expected) expect(await findKey(root, at, load)).toBe(one)
      expect([...(await keysBelow(root, '', load))].sort()).toEqual([...expected.keys()].sort())
      expect([...(await keysBelow(root, 'a/b', load))].sort()).toEqual(
        [...expected.keys()].filter((at) => at.startsWith('a/b')).sort(),
      )
    }),
    { numRuns: 60 },
  )
})

test('few keys are in the tree itself, and no folder of many is written anew for a change elsewhere', async () => {
  const { kept, keep, load } = store()
  const few = await withKeys({}, new Map([['runs/0/a', digest('x')]]), { load, keep })
  expect(few).toEqual({ 'runs/': { '0/': { a: digest('x') } } })

  const many = Array.from({ length: 10_000 }, (_, n) => `c${n % 4}/${Math.floor(n / 4) % 50}/${n}`)
  const large = await withKeys(few, new Map(many.map((key) => [key, digest(key)])), { load, keep })
  expect(kept.size).toBeGreaterThan(4)
  const before = kept.size
  const next = await withKeys(large, new Map([['c1/7/new', digest('new')]]), { load, keep })

  expect(kept.size - before).toBeLessThanOrEqual(2)
  expect(JSON.stringify(next).length).toBeLessThan(8192)
  const all = await digestsOf(next, load)
  expect(all).toEqual(expect.arrayContaining([digest('new'), digest('x'), digest('c1/1/5')]))
})

test('no key is found below a document, nor a folder as a document', async () => {
  const { keep, load } = store()
  const root = await withKeys({}, new Map([['a/b', digest('x')]]), { load, keep })

  expect(await findKey(root, 'a/b/c', load)).toBeUndefined()
  expect(await findKey(root, 'a', load)).toBeUndefined()
  expect(await findKey(root, 'a/', load)).toBeUndefined()
})
