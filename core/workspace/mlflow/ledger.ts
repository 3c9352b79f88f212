import type { Entry, Ledger, Placed, Token, View } from '../ledger/ledger.ts'
import { start } from '../ledger/ledger.ts'
import type { Change } from '../registry/changes.ts'
import { keys, read } from '../registry/documents.ts'
import { type AdoptParts, adoptVersions } from './adopt.ts'
import type { MlflowBlobs } from './blobs.ts'
import { shortHash } from './record.ts'
import { rootOf } from './service.ts'
import { showEntry } from './show.ts'

/** How old what was seen at the server may be. */
const freshMs = 5000

/** What is younger may still be on its way by whoever wrote it. */
const usualLagMs = 60_000

/** How a ledger stands beside a server. */
export interface BesideOptions extends AdoptParts {
  readonly url: string
  readonly blobs: MlflowBlobs
  /** Whether entries are shown at the server; not those of a rehearsal. */
  readonly isShown: boolean
  readonly lagMs?: number
}

/**
 * The ledger beside an MLflow server. Before it is looked at, what others registered there is brought in; after an entry was placed,
 * the server shows it. What a process that died did not show is shown by a later one, from a cursor at the server.
 */
export class LedgerBesideMlflow implements Ledger<Change> {
  readonly url: string
  readonly longestWaitMs: number
  readonly #options: BesideOptions
  #seenAtMs = Number.NEGATIVE_INFINITY
  #seeing: Promise<void> | undefined
  #cursor: number | undefined
  #written: number | undefined

  constructor(options: BesideOptions) {
    this.url = options.url
    this.longestWaitMs = options.ledger.longestWaitMs
    this.#options = options
  }

  async view(): Promise<View<Change>> {
    if (performance.now() - this.#seenAtMs > freshMs) {
      this.#seeing ??= this.#see().finally(() => {
        this.#seeing = undefined
      })
      await this.#seeing
    }
    return this.#options.ledger.view()
  }

  async append(entry: Entry<Change>, on: View<Change>): Promise<'placed' | 'lost'> {
    const placed = await this.#options.ledger.append(entry, on)
    if (placed === 'placed' && this.#options.isShown) await this.#show(entry)
    return placed
  }

  read(after: Token, until: View<Change>): AsyncIterable<Placed<Change>> {
    return this.#options.ledger.read(after, until)
  }

  async close(): Promise<void> {
    try {
      await this.#writeCursor()
    } finally {
      await this.#options.ledger.close()
    }
  }

  async #see(): Promise<void> {
    await this.#catchUp()
    const { service, ledger } = this.#options
    const names = new Set<string>()
    const view = await ledger.view()
    for await (const page of service.api.models.search(this.#filter(), 'creation_timestamp DESC', 50)) {
      let isKnown = true
      for (const { name, version } of page) {
        const own = service.ownName(name)
        if (own === undefined) continue
        if (version <= ((await read(view, keys.model(own)))?.last ?? 0)) continue
        names.add(own)
        isKnown = false
      }
      if (isKnown) break
    }
    for (const name of names) await adoptVersions(this.#options, name)
    this.#seenAtMs = performance.now()
  }

  #filter(): string | undefined {
    const { prefix } = this.#options.service
    return prefix === '' ? undefined : `name LIKE '${prefix}%'`
  }

  /** Shows what earlier processes placed and did not show. */
  async #catchUp(): Promise<void> {
    const { service, ledger, isShown, lagMs = usualLagMs } = this.#options
    if (!isShown || this.#cursor !== undefined) return
    const view = await ledger.view()
    const { cursors } = await service.carrier()
    const from = Math.min(cursors.get(this.#cursorName()) ?? 0, view.token.seq)
    this.#cursor = from
    this.#written = from
    if (from === view.token.seq) return
    const after = from === 0 ? start : await tokenAt(view, from)
    for await (const { entry } of ledger.read(after, view)) {
      if (Date.parse(entry.at) > Date.now() - lagMs) break
      await showEntry(this.#options, entry)
      this.#cursor = entry.seq
    }
  }

  async #show(entry: Entry<Change>): Promise<void> {
    const begun = await showEntry(this.#options, entry)
    if (begun !== undefined) this.#options.blobs.runRoot = rootOf(begun)
    if (this.#cursor === entry.seq - 1) this.#cursor = entry.seq
  }

  async #writeCursor(): Promise<void> {
    if (this.#cursor === undefined || this.#cursor === this.#written) return
    const { service } = this.#options
    const { runId } = await service.carrier()
    const tags = [{ key: this.#cursorName(), value: String(this.#cursor) }]
    await service.api.runs.log(runId, { tags }, Date.now())
  }

  #cursorName(): string {
    return `trainyard.cursor.${shortHash(this.#options.ledger.url)}`
  }
}

/** The place of an entry, as its successor names it. */
async function tokenAt(view: View<Change>, seq: number): Promise<Token> {
  return { seq, digest: seq === view.token.seq ? view.token.digest : (await view.entry(seq + 1)).prev }
}
