import { expect, test } from 'vitest'
import type { Digest } from '../../../core/records/digest.ts'
import type { VerifyOptions } from '../../../core/workspace/verify/verify.ts'
import { keys } from '../../../core/workspace/registry/documents.ts'
import { inPlace, inside, type PlaceKind, type TestPlace } from '../places.ts'
import { gate, keep, register } from '../records.ts'

/** Promises 2 and 5, as somebody checks them who trusts nothing: all damage is found, and named. */
export function verifying(kind: PlaceKind): void {
  /** Registers versions, and gives the digest of each one's file. */
  const versions = (place: TestPlace, texts: readonly string[]): Promise<readonly Digest[]> =>
    inside(place, async (workspace) => {
      const digests: Digest[] = []
      for (const text of texts) {
        const tree = await keep(workspace, place.folder, text)
        await register(workspace, tree)
        digests.push(...tree.files.map(({ digest }) => digest))
      }
      return digests
    })
  const verify = (place: TestPlace, options?: VerifyOptions) =>
    inside(place, (workspace) => workspace.verify(options), { intent: 'read' })
  const problems = async (place: TestPlace, options?: VerifyOptions) =>
    (await verify(place, options)).findings.map(({ kind: what, problem }) => `${what}: ${problem}`)
  const pinOf = async (place: TestPlace) => {
    const { head } = await verify(place, { isQuick: true })
    if (head === undefined) throw new Error('the ledger is empty')
    return head
  }

  test('verify finds nothing in a workspace that nobody touched, and reads every byte', async () => {
    await inPlace(kind, async (place) => {
      expect(await verify(place)).toMatchObject({ entries: 0, findings: [] })
      await versions(place, ['one', 'two'])
      await inside(place, async (workspace) => {
        const { files } = await workspace.models.version('flights', 1)
        await workspace.evidence.add(gate(files, 'pass'))
        await workspace.files.fetch(files, place.folder)
      })
      const pin = await pinOf(place)

      const verification = await verify(place, { pins: [pin] })
      expect(verification).toMatchObject({ entries: 3, findings: [], head: pin, pins: 1, files: { count: 3 } })
      expect(verification.documents).toBeGreaterThan(3)
    })
  })

  test('verify names every file that was changed or is missing, and who needs it', async () => {
    await inPlace(kind, async (place) => {
      const [first, second, third] = await versions(place, ['one', 'two', 'three'])
      if (first === undefined || second === undefined || third === undefined) throw new Error('no files')
      await place.tamper.file(first)
      await place.tamper.withoutFile(third)

      const { findings, files } = await verify(place)
      expect(findings.map(({ kind: what, digest }) => [what, digest])).toEqual([
        ['blob', first],
        ['blob', third],
      ])
      expect(findings[0]?.problem).toMatch(/was changed.*needed by flights@1: model\.onnx/)
      expect(findings[1]?.problem).toMatch(/is missing.*needed by flights@3: model\.onnx/)
      expect(files?.count).toBe(3)
      expect(await problems(place, { isQuick: true })).toEqual([])
    })
  })

  test('verify names an entry that was changed, wherever it is', async () => {
    await inPlace(kind, async (place) => {
      await versions(place, ['one', 'two', 'three'])
      await place.tamper.entry(2, (text) => text.replaceAll('refs/heads/main', 'refs/heads/evil'))

      const found = await verify(place, { isQuick: true })
      expect(found.findings.map(({ kind: what, seq }) => [what, seq])).toEqual([['entry', 2]])
      expect(found.findings[0]?.problem).toContain('entry 2 was changed')
      expect(found.documents).toBeUndefined()
    })
  })

  test('verify names the newest entry when it was changed', async () => {
    await inPlace(kind, async (place) => {
      await versions(place, ['one', 'two'])
      await place.tamper.entry(2, (text) => text.replaceAll('refs/heads/main', 'refs/heads/evil'))

      const found = await problems(place, { isQuick: true })
      expect(found.length).toBeGreaterThan(0)
      for (const problem of found) expect(problem).toMatch(/entry 2\b.*was changed/)
    })
  })

  test('verify names an entry that was taken out, and goes on behind it', async () => {
    await inPlace(kind, async (place) => {
      const [, , third] = await versions(place, ['one', 'two', 'three'])
      await place.tamper.withoutEntry(2)
      await place.tamper.file(third ?? 'sha256:')

      const found = await verify(place)
      expect(found.entries).toBe(2)
      expect(found.findings.map(({ kind: what, seq, digest }) => [what, seq ?? digest])).toEqual([
        ['entry', 2],
        ['blob', third],
      ])
      expect(found.findings[0]?.problem).toBe('entry 2 is missing')
    })
  })

  test('verify finds by a pinned head that the newest entries were cut off', async () => {
    await inPlace(kind, async (place) => {
      await versions(place, ['one', 'two', 'three'])
      const pin = await pinOf(place)
      await place.tamper.withoutEntry(3)

      expect(await problems(place, { pins: [pin] })).toEqual([
        'pin: the ledger ends at entry 2, and entry 3 was pinned: the newest entries were cut off',
      ])
    })
  })

  test('verify finds by a pinned head that the whole history was written anew', async () => {
    await inPlace(kind, async (place) => {
      await versions(place, ['one', 'two'])
      const pin = await pinOf(place)
      await place.tamper.ledger()
      await versions(place, ['one', 'evil', 'three'])

      expect(await problems(place)).toEqual([])
      const found = await problems(place, { pins: [pin] })
      expect(found).toHaveLength(1)
      expect(found[0]).toMatch(/^pin: entry 2 is another one than was pinned .*: the history was rewritten$/)
    })
  })

  test('verify names a document that does not say what the entries say', async () => {
    await inPlace(kind, async (place) => {
      await inside(place, async (workspace) => {
        await register(workspace, await keep(workspace, place.folder, 'm'))
        await workspace.models.moveAlias({ model: 'flights', alias: 'champion', from: undefined, to: 1, why: 'x' })
        if (kind.name.startsWith('a branch')) return
        for (let n = 0; n < 32; n++) await workspace.models.tag('flights', 1, { Round: String(n) })
      })
      await place.tamper.document(keys.model('flights').key, (text) => text.replace('"champion":1', '"champion":2'))

      const found = await problems(place)
      expect(found).toHaveLength(1)
      expect(found[0]).toMatch(/^document: the document model\/.*flights does not say what the entries say/)
    })
  })
}
