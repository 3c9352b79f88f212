import type { Digest } from '../../records/digest.ts'
import type { Placed } from '../ledger/ledger.ts'
import type { Change, Origin } from '../registry/changes.ts'

/** What one entry says of one thing. It is copied whole or not at all. */
export interface Part {
  readonly origin: Origin
  /** Without their origin: it is the part's. */
  readonly changes: readonly Change[]
}

/** Everything that ever happened in a workspace, and which models each part of it belongs to. */
export class Parts {
  readonly all: Part[] = []
  readonly models = new Set<string>()
  /** By name, the datasets that a model's versions were made from, and the other models that they descend from. */
  readonly needs = new Map<string, { readonly datasets: Set<string>; readonly parents: Set<string> }>()
  /** Versions that were deleted and runs that were pruned: their bytes may be gone. */
  readonly gone = new Set<string>()
  readonly #owners = new Map<string, Set<string>>()

  /** Takes the next entry in. `workspace` is where it was read. */
  add({ token, entry }: Placed<Change>, workspace: string): void {
    const own = { workspace, ...token, at: entry.at, by: entry.by }
    const byPart = new Map<string, { origin: Origin; changes: Change[] }>()
    for (const { origin: known, ...change } of entry.changes) {
      // Who may ask another service for a number is that service's business.
      if (change.kind === 'version.claimed') continue
      this.#learn(change)
      const origin = known ?? { ...own, part: this.#nameOf(change) }
      const key = `${origin.digest} ${origin.part}`
      const part = byPart.get(key) ?? { origin, changes: [] }
      part.changes.push(change)
      byPart.set(key, part)
    }
    this.all.push(...byPart.values())
  }

  /** The models that a part belongs to; none for what belongs to no model, such as a dataset. */
  ownersOf({ origin }: Part): ReadonlySet<string> {
    return this.#owners.get(origin.part) ?? new Set()
  }

  /** Which thing a change is about. Kinds that are not named here say it by their `model` or `run`. */
  #nameOf(change: Change): string {
    if (change.kind === 'evidence.added') return `evidence/${change.id}`
    if (change.kind === 'endpoint.set') return `endpoint/${change.endpoint.name}`
    if (change.kind === 'dataset.registered' || change.kind === 'dataset.tagged') return `dataset/${change.name}`
    const [model] = this.#modelsOf(change)
    return model === undefined ? 'other' : `model/${model}`
  }

  #modelsOf(change: Change): ReadonlySet<string> {
    switch (change.kind) {
      case 'run.started':
      case 'version.registered':
        return new Set([change.start.model])
      case 'event.raised':
        return new Set([change.event.data.model])
      case 'deployment.recorded':
        return new Set([change.deployment.model])
      default:
        if ('model' in change) return new Set([change.model])
        if ('run' in change) return this.#owner(`run ${change.run}`)
        return 'event' in change ? this.#owner(`event ${change.event}`) : new Set()
    }
  }

  #learn(change: Change): void {
    const models = this.#modelsOf(change)
    for (const model of models) this.#own(`model/${model}`, model)
    for (const model of models) {
      if (change.kind === 'run.started') this.#own(`run ${change.run}`, model)
      if (change.kind === 'run.ended') this.#own(change.end.artifacts.digest, model)
      if (change.kind === 'event.raised') this.#own(`event ${change.event.id}`, model)
      if (change.kind === 'deployment.recorded') this.#own(`endpoint/${change.deployment.endpoint}`, model)
    }
    if (change.kind === 'version.registered') this.#learnVersion(change)
    if (change.kind === 'version.deleted') this.gone.add(`${change.model}@${change.version}`)
    if (change.kind === 'run.pruned') this.gone.add(`run ${change.run}`)
    if (change.kind === 'evidence.added') this.#learnEvidence(change.id, change.subjects)
  }

  #learnVersion({ start }: Extract<Change, { kind: 'version.registered' }>): void {
    const { model, files, parent, datasets } = start
    this.models.add(model)
    this.#own(files.digest, model)
    const needs = this.needs.get(model) ?? { datasets: new Set(), parents: new Set() }
    this.needs.set(model, needs)
    for (const name of datasets) needs.datasets.add(name.split('@')[0] ?? name)
    if (parent !== undefined) needs.parents.add(parent.split('@')[0] ?? parent)
  }

  /** Evidence belongs to whoever has the bytes that it is about. */
  #learnEvidence(id: Digest, subjects: readonly Digest[]): void {
    for (const model of subjects.flatMap((subject) => [...this.#owner(subject)])) this.#own(`evidence/${id}`, model)
  }

  #own(thing: string, model: string): void {
    const owners = this.#owners.get(thing) ?? new Set()
    this.#owners.set(thing, owners.add(model))
  }

  #owner(thing: string): ReadonlySet<string> {
    return this.#owners.get(thing) ?? new Set()
  }
}
