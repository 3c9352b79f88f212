import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { BareRepository } from '../../core/engines/git/bare-repository.ts'
import { WorkspaceFolder } from '../../core/workspace/folder.ts'
import { createGitPlace } from '../../core/workspace/git-place.ts'
import { DirectoryLedger } from '../../core/workspace/ledger/directory.ts'
import { GitLedger } from '../../core/workspace/ledger/git.ts'
import { type Entry, type Fold, type Ledger, start, type View } from '../../core/workspace/ledger/ledger.ts'
import { createTransact } from '../../core/workspace/ledger/transact.ts'
import type { Change } from '../../core/workspace/registry/changes.ts'
import { keys } from '../../core/workspace/registry/documents.ts'
import { registryFold } from '../../core/workspace/registry/effects.ts'
import { directoryPlace, gitPlace, type PlaceKind, type TestPlace } from './places.ts'
import { register, keep, trail } from './records.ts'

/** A change of the ledgers here: adds to a counter. */
interface Add {
  readonly counter: string
  readonly by: number
}

/** Counts; a fold of another version counts in other units. */
function counting(version: number): Fold<Add> {
  return {
    version,
    effects: ({ changes }) =>
      changes.map(({ counter, by }) => ({
        key: `counter/${counter}`,
        apply: (doc) => ((doc ?? 0) as number) + by * version,
      })),
  }
}

const by = { name: 'ann', host: 'memory' as const }

function next(view: View<Add>, changes: readonly Add[], request = `request-${Math.random()}`): Entry<Add> {
  const { seq, digest: prev } = view.token
  return { v: 1, seq: seq + 1, prev, request, at: '2026-01-01T00:00:00.000Z', by, changes }
}

async function add(ledger: Ledger<Add>, counter: string): Promise<void> {
  const view = await ledger.view()
  expect(await ledger.append(next(view, [{ counter, by: 1 }]), view)).toBe('placed')
}

interface LedgerKind extends PlaceKind {
  /** More entries than one checkpoint stands for, where there are checkpoints. */
  readonly many: number
  open<C>(place: TestPlace, fold: Fold<C>): Promise<Ledger<C>>
}

const kinds: readonly LedgerKind[] = [
  {
    ...directoryPlace,
    many: 33,
    open: (place, fold) => Promise.resolve(new DirectoryLedger(new WorkspaceFolder(place.url), fold)),
  },
  {
    ...gitPlace,
    many: 3,
    async open(place, fold) {
      const url = join(place.folder, 'served/acme/models.git')
      const env = { PATH: process.env['PATH'] }
      const repository = await BareRepository.create({ url, settings: [], env, tempFolder: place.folder })
      const where = createGitPlace({ branch: 'trainyard', repository, rightsHint: '' })
      return new GitLedger(where, fold, ({ seq }) => `entry ${seq}`)
    },
  },
]

describe.each(kinds)('a ledger in $name', (kind) => {
  let place: TestPlace
  const opened: Pick<Ledger, 'close'>[] = []
  const open = async <C>(fold: Fold<C>): Promise<Ledger<C>> => {
    const ledger = await kind.open(place, fold)
    opened.push(ledger)
    return ledger
  }

  beforeEach(async () => {
    place = await kind.create()
  })

  afterEach(async () => {
    for (const ledger of opened.splice(0)) await ledger.close()
    await place[Symbol.asyncDispose]()
  })

  test('begins empty, and a view stays what it was while others append', async () => {
    const [one, other] = [await open(counting(1)), await open(counting(1))]
    const empty = await one.view()
    expect(empty.token).toEqual(start)
    expect(await empty.doc('counter/a')).toBeUndefined()

    await add(other, 'a')
    const first = await one.view()
    await add(other, 'a')
    await add(other, 'b')

    expect(await empty.doc('counter/a')).toBeUndefined()
    expect(await first.doc('counter/a')).toBe(1)
    expect([...(await (await one.view()).docs('counter/'))]).toEqual([
      ['counter/a', 2],
      ['counter/b', 1],
    ])
    expect((await (await one.view()).entry(1)).changes).toEqual([{ counter: 'a', by: 1 }])
  })

  test('places an entry only on the head: who comes second has lost', async () => {
    const [one, other] = [await open(counting(1)), await open(counting(1))]
    const views = [await one.view(), await other.view()] as const

    expect(await one.append(next(views[0], [{ counter: 'a', by: 1 }]), views[0])).toBe('placed')
    expect(await other.append(next(views[1], [{ counter: 'a', by: 9 }]), views[1])).toBe('lost')
    await expect(other.append({ ...next(views[1], []), seq: 7 }, views[1])).rejects.toThrow(RangeError)
    expect(await (await other.view()).doc('counter/a')).toBe(1)
  })

  test('that was written by a newer fold is read from its entries, and not written', async () => {
    const newer = await open(counting(2))
    for (let n = 0; n < kind.many; n++) await add(newer, 'a')

    const older = await open(counting(1))
    const view = await older.view()

    expect(await view.doc('counter/a')).toBe(kind.many)
    await expect(older.append(next(view, []), view)).rejects.toMatchObject({ code: 'TY0209', exitCode: 2 })
  })

  test('that was written by an older fold is folded anew, and goes on', async () => {
    const older = await open(counting(1))
    for (let n = 0; n < kind.many; n++) await add(older, 'a')

    const newer = await open(counting(2))
    expect(await (await newer.view()).doc('counter/a')).toBe(2 * kind.many)
    for (let n = 0; n < kind.many; n++) await add(newer, 'a')

    expect(await (await (await open(counting(2))).view()).doc('counter/a')).toBe(4 * kind.many)
  })

  test('with a change that only a newer release knows is not guessed at', async () => {
    const newer = await open({ version: registryFold.version + 1, effects: () => [] })
    const view = await newer.view()
    const { seq, digest: prev } = view.token
    const changes = [{ kind: 'version.sold', price: 7 }]
    await newer.append({ v: 1, seq: seq + 1, prev, request: 'r', at: '2026-01-01T00:00:00.000Z', by, changes }, view)

    const older = await open<Change>(registryFold)
    const reading = older.view().then((now) => now.doc(keys.model('flights').key))
    await expect(reading).rejects.toMatchObject({ code: 'TY0209' })
    const audit = async () => {
      const now = await older.view()
      for await (const placed of older.read(start, now)) registryFold.effects(placed.entry)
    }
    await expect(audit()).rejects.toMatchObject({ code: 'TY0209' })
  })
})

test('a branch that was rewritten while it was open is noticed', async () => {
  await using place = await gitPlace.create()
  const workspace = await place.open()
  await register(workspace, await keep(workspace, place.folder, 'one'))
  await register(workspace, await keep(workspace, place.folder, 'two'))
  await workspace.models.list()

  await place.tamper.withoutEntry(2)

  await expect(workspace.models.list()).rejects.toThrow(/TY0207.*rewritten/)
  await workspace.close()
})

describe('a folder', () => {
  test('that vanished is out of reach, and no new workspace is begun in its place', async () => {
    await using place = await directoryPlace.create()
    const workspace = await place.open()
    await register(workspace, await keep(workspace, place.folder, 'one'))
    rmSync(place.url, { recursive: true })

    await expect(workspace.models.list()).rejects.toMatchObject({ code: 'TY0502' })
    await expect(register(workspace, await keep(workspace, place.folder, 'two'))).rejects.toMatchObject({
      code: 'TY0502',
    })
    expect(readdirSync(place.folder)).not.toContain('workspace')
  })

  test('of a newer form is not read', async () => {
    await using place = await directoryPlace.create()
    const workspace = await place.open()
    await register(workspace, await keep(workspace, place.folder, 'one'))
    const marker = join(place.url, 'trainyard.json')
    writeFileSync(marker, readFileSync(marker, 'utf8').replace('"format": 1', '"format": 2'))

    await expect(place.open().then((again) => again.models.list())).rejects.toMatchObject({ code: 'TY0209' })
  })

  test('keeps a few checkpoints only, and the documents that they need', async () => {
    await using place = await directoryPlace.create()
    const ledger = new DirectoryLedger(new WorkspaceFolder(place.url), counting(1))
    for (let n = 0; n < 200; n++) await add(ledger, `c${n % 7}`)

    expect(readdirSync(join(place.url, 'checkpoints'))).toEqual(['0000000160.json', '0000000192.json'])
    expect(readdirSync(join(place.url, 'temporary'))).toEqual([])
    const fresh = new DirectoryLedger(new WorkspaceFolder(place.url), counting(1))
    expect(await (await fresh.view()).doc('counter/c0')).toBe(29)
  })
})

/** A place where a writer has bad luck: others always come first, or answers are lost. */
class UnluckyLedger implements Ledger<Add> {
  readonly url = 'unlucky'
  readonly longestWaitMs = 5
  readonly #real: Ledger<Add>
  readonly #luck: 'late' | 'deaf'

  constructor(real: Ledger<Add>, luck: 'late' | 'deaf') {
    this.#real = real
    this.#luck = luck
  }

  view = () => this.#real.view()
  read = (...args: Parameters<Ledger<Add>['read']>) => this.#real.read(...args)
  close = () => this.#real.close()

  async append(entry: Entry<Add>, on: View<Add>): Promise<'placed' | 'lost'> {
    if (this.#luck === 'late') await add(this.#real, 'others')
    const outcome = await this.#real.append(entry, on)
    return this.#luck === 'deaf' ? 'lost' : outcome
  }
}

describe('a transaction', () => {
  const setUp = (place: TestPlace, luck: 'late' | 'deaf') => {
    const real = new DirectoryLedger(new WorkspaceFolder(place.url), counting(1))
    const transact = createTransact<Add>({
      ledger: new UnluckyLedger(real, luck),
      fold: counting(1),
      by,
      deadlineMs: 1000,
      async find(view, request) {
        for (let seq = view.token.seq; seq > 0; seq--) if ((await view.entry(seq)).request === request) return seq
        return undefined
      },
      prepare: () => Promise.resolve(),
    })
    return { real, transact }
  }
  const once = {
    request: 'mine',
    decide: () => Promise.resolve({ changes: [{ counter: 'mine', by: 1 }] }),
    result: (view: View<Add>) => view.doc('counter/mine'),
  }

  test('gives up at its deadline when others always come first, and has recorded nothing', async () => {
    await using place = await directoryPlace.create()
    const { real, transact } = setUp(place, 'late')

    await expect(transact(once)).rejects.toMatchObject({ code: 'TY0206', exitCode: 4 })

    const view = await real.view()
    expect(await view.doc('counter/mine')).toBeUndefined()
    expect(await view.doc('counter/others')).toBeGreaterThan(1)
  })

  test('whose answer was lost finds its own entry instead of writing it twice', async () => {
    await using place = await directoryPlace.create()
    const { real, transact } = setUp(place, 'deaf')

    expect(await transact(once)).toEqual({ result: 1, isRepeated: false })

    expect((await real.view()).token.seq).toBe(1)
    expect(await transact(once)).toEqual({ result: 1, isRepeated: true })
  })
})

test('the trail of a workspace goes on after its documents were lost', async () => {
  await using place = await directoryPlace.create()
  const workspace = await place.open()
  for (let n = 0; n < 40; n++) await register(workspace, await keep(workspace, place.folder, `model ${n}`))
  rmSync(join(place.url, 'documents'), { recursive: true })

  const again = await place.open()
  expect((await register(again, await keep(again, place.folder, 'the next'))).version.version).toBe(41)
  expect(await trail(again)).toHaveLength(41)
})
