import { bytesOf, digestOf } from '../ledger/entry.ts'
import type { View } from '../ledger/ledger.ts'
import type { Change, ChangeOf, Origin } from '../registry/changes.ts'
import { copyRequest, find, type Key, keys, own } from '../registry/documents.ts'
import type { Part } from './parts.ts'

/** What the source says of itself, for telling what was copied from it before from what is the target's own. */
export class Known {
  readonly #said = new Set<string>()

  constructor(parts: Iterable<Part>) {
    for (const { origin, changes } of parts) for (const change of changes) this.#add(change, origin)
  }

  has(...words: readonly unknown[]): boolean {
    return this.#said.has(JSON.stringify(words))
  }

  #add(change: Change, { at }: Origin): void {
    const say = (...words: readonly unknown[]) => this.#said.add(JSON.stringify(words))
    if (change.kind === 'version.registered') say('version', change.start.model, change.version)
    if (change.kind === 'endpoint.set') say('endpoint', change.endpoint)
    if (change.kind !== 'deployment.recorded') return
    const { endpoint, name } = change.deployment
    say('deployment', endpoint, name, at)
  }
}

/** What is left to write of some parts, and what stands in the way. */
export interface Judged {
  readonly parts: readonly Part[]
  /** Whole sentences. */
  readonly conflicts: readonly string[]
}

/**
 * Compares parts with what a workspace holds. What was copied before, or is there with the same content, is left out; a number,
 * an alias or a name that means something else there is a conflict.
 */
export async function judge(parts: readonly Part[], view: View<Change>, known: Known): Promise<Judged> {
  const comparison = new Comparison(view, known)
  const left: Part[] = []
  for (const part of parts) {
    if (await comparison.isCopied(part.origin)) continue
    const changes: Change[] = []
    for (const change of part.changes) if (await comparison.isNew(change, part.origin)) changes.push(change)
    if (changes.length > 0) left.push({ origin: part.origin, changes })
  }
  return { parts: left, conflicts: comparison.conflicts }
}

class Comparison {
  readonly conflicts: string[] = []
  readonly #view: View<Change>
  readonly #known: Known
  readonly #docs = new Map<string, Promise<unknown>>()
  readonly #entries = new Map<number, Promise<string>>()
  /** Numbers, aliases and slots that an earlier part of the same comparison moves. */
  readonly #moved = new Map<string, number | undefined>()

  constructor(view: View<Change>, known: Known) {
    this.#view = view
    this.#known = known
  }

  /** Whether a part was copied here before, or comes from here. */
  async isCopied(origin: Origin): Promise<boolean> {
    const request = copyRequest(origin)
    if ((await find(this.#view, keys.request(request))) !== undefined) return true
    return this.#isOwn(origin)
  }

  /** Whether a change is to be written; a conflict is noted. */
  isNew(change: Change, origin: Origin): Promise<boolean> | boolean {
    switch (change.kind) {
      case 'version.registered':
        return this.#version(change)
      case 'dataset.registered':
        return this.#dataset(change)
      case 'version.deleted':
        return this.#deletion(change)
      case 'alias.moved':
        return this.#alias(change, origin)
      case 'run.started':
      case 'run.ended':
        return this.#run(change, origin)
      case 'evidence.added':
        return this.#evidence(change, origin)
      case 'event.raised':
        return this.#event(change)
      case 'endpoint.set':
        return this.#endpoint(change)
      case 'deployment.recorded':
        return this.#deployment(change, origin)
      case 'files.collected':
        // It tells of the bytes of that workspace.
        return false
      default:
        return true
    }
  }

  /** What comes back from a copy of this very workspace happened here. */
  async #isOwn({ seq, digest }: Origin): Promise<boolean> {
    if (seq < 1 || seq > this.#view.token.seq) return false
    const found = this.#entries.get(seq) ?? this.#view.entry(seq).then((entry) => digestOf(bytesOf(entry)))
    this.#entries.set(seq, found)
    return (await found) === digest
  }

  async #version({ version, start }: ChangeOf<'version.registered'>): Promise<boolean> {
    const { model, files } = start
    const there = own(await this.#read(keys.versions(model, version)), String(version))
    if (there !== undefined) {
      const isSame = there.files.digest === files.digest && there.run === start.run
      return isSame ? false : this.#conflict(`${model}@${version} has other files or another run there`)
    }
    const last = this.#moved.get(`last ${model}`) ?? (await this.#read(keys.model(model)))?.last ?? 0
    this.#moved.set(`last ${model}`, version)
    // Where others delete at a service, the source itself has gaps.
    const isNext = last === version - 1 || (last < version && (last === 0 || this.#known.has('version', model, last)))
    if (!isNext) return this.#conflict(`${model}@${version} would follow ${model}@${last} there`)
    return true
  }

  async #dataset({ name, version, files }: ChangeOf<'dataset.registered'>): Promise<boolean> {
    const there = (await this.#read(keys.dataset(name)))?.versions ?? []
    const same = there[version - 1]
    if (same === undefined) return true
    return same.files.digest === files.digest
      ? false
      : this.#conflict(`the dataset ${name}@${version} has other files there`)
  }

  async #deletion({ model, version }: ChangeOf<'version.deleted'>): Promise<boolean> {
    const doc = await this.#read(keys.model(model))
    const uses = [...Object.entries(doc?.aliases ?? {}), ...Object.entries(doc?.live ?? {})]
    const users = uses.filter(([name, at]) => at === version && !this.#moved.has(`${model} ${name}`))
    if (users.length === 0) return true
    return this.#conflict(
      `${model}@${version} was deleted, and is in use there: ${users.map(([name]) => name).join(', ')}`,
    )
  }

  async #alias(change: ChangeOf<'alias.moved'>, { at }: Origin): Promise<boolean> {
    const { model, alias, from, to } = change
    const doc = await this.#read(keys.model(model))
    const isThere = doc?.history.some(
      (move) => move.alias === alias && move.at === at && move.from === from && move.to === to,
    )
    if (isThere === true) return false
    const slot = `${model} ${alias}`
    const is = this.#moved.has(slot) ? this.#moved.get(slot) : own(doc?.aliases, alias)
    this.#moved.set(slot, to)
    if (is === from) return true
    return this.#conflict(`${alias} of ${model} was moved in both: it names ${is ?? 'no version'} there`)
  }

  async #run(change: ChangeOf<'run.started' | 'run.ended'>, { at }: Origin): Promise<boolean> {
    const there = await find(this.#view, keys.run(change.run))
    const before = change.kind === 'run.started' ? there?.startedAt : there?.endedAt
    if (before === undefined) return true
    return before === at ? false : this.#conflict(`another run is called ${change.run} there`)
  }

  async #evidence({ id, subjects }: ChangeOf<'evidence.added'>, { at }: Origin): Promise<boolean> {
    const [subject] = subjects
    if (subject === undefined) return true
    const there = (await find(this.#view, keys.evidence(subject))) ?? []
    return !there.some((one) => one.id === id && one.at === at)
  }

  async #event({ event: { id } }: ChangeOf<'event.raised'>): Promise<boolean> {
    return (await find(this.#view, keys.event(id))) === undefined
  }

  async #endpoint({ endpoint }: ChangeOf<'endpoint.set'>): Promise<boolean> {
    const there = (await this.#read(keys.endpoint(endpoint.name)))?.endpoint
    if (there === undefined || this.#known.has('endpoint', there)) return true
    return this.#conflict(`another endpoint is called ${endpoint.name} there`)
  }

  async #deployment({ deployment }: ChangeOf<'deployment.recorded'>, { at }: Origin): Promise<boolean> {
    const { endpoint, name, model } = deployment
    const there = own((await this.#read(keys.endpoint(endpoint)))?.deployments, name)
    this.#moved.set(`${model} ${endpoint}/${name}`, undefined)
    if (there?.at === at) return false
    if (there === undefined || this.#known.has('deployment', endpoint, name, there.at)) return true
    return this.#conflict(`${endpoint}/${name} is recorded there, at ${there.at} by ${there.by.name}`)
  }

  #conflict(sentence: string): false {
    this.conflicts.push(sentence)
    return false
  }

  #read<T>({ key }: Key<T>): Promise<T | undefined> {
    const found = this.#docs.get(key) ?? this.#view.doc(key)
    this.#docs.set(key, found)
    // As in `read`: the keys say what is under them.
    return found as Promise<T | undefined>
  }
}
