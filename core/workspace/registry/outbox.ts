import { randomUUID } from 'node:crypto'
import type { Receipt } from '../../records/event.ts'
import { notFound } from '../failures.ts'
import type { View } from '../ledger/ledger.ts'
import type { ClaimResult, Outbox } from '../workspace.ts'
import type { Change } from './changes.ts'
import { decideClaim, decideReceive, decideRelease, knownEvent } from './decide/outbox.ts'
import { keys, own, prefixes, read, readAll } from './documents.ts'
import type { Registry } from './registry.ts'

/** Events and their deliveries. */
export function createOutbox(registry: Registry): Outbox {
  return {
    async pending(target) {
      const shards = await readAll(await registry.view(), prefixes.outbox)
      return shards
        .flatMap((doc) => Object.values(doc))
        .filter(({ receipts, isCopied }) => isCopied !== true && own(receipts, target) === undefined)
        .sort((a, b) => a.order - b.order)
        .map(({ event }) => event)
    },
    event: async (id) => (await itemOf(await registry.view(), id)).event,
    claim: (claim) => claimDelivery(registry, claim),
    receive: (receipt) => receive(registry, receipt),
    async release({ event, target }) {
      const claimant = registry.request
      await registry.transact<undefined>({
        // Claimed and released again and again by one execution: every call is a request of its own.
        request: `${claimant}/release/${randomUUID()}`,
        decide: async (view) => decideRelease(await read(view, keys.event(event)), { event, target, claimant }),
        result: () => undefined,
      })
    },
  }
}

async function itemOf(view: View<Change>, id: string) {
  return knownEvent(await read(view, keys.event(id)), id)
}

async function claimDelivery(
  registry: Registry,
  { event, target, forMs }: Parameters<Outbox['claim']>[0],
): Promise<ClaimResult> {
  const claimant = registry.request
  let kind: 'claimed' | 'taken-over' = 'claimed'
  const { result } = await registry.transact<ClaimResult>({
    // A repeated execution must not take the claim of the one that died for its own: it may have delivered.
    request: `${claimant}/claim/${randomUUID()}`,
    async decide(view, at) {
      const expiresAt = new Date(Date.parse(at) + forMs).toISOString()
      const decision = decideClaim(await read(view, keys.event(event)), { event, target, claimant, at, expiresAt })
      if ('kind' in decision) kind = decision.kind
      return decision
    },
    async result(view) {
      const claim = own((await itemOf(view, event)).claims, target)
      if (claim === undefined) throw notFound(`the claim of ${event} for ${target} is gone`)
      return { kind, claim }
    },
  })
  return result
}

async function receive(registry: Registry, receipt: Omit<Receipt, 'at'>): Promise<Receipt> {
  const { event, target } = receipt
  const { result } = await registry.transact<Receipt>({
    request: `${registry.request}/receipt/${event}/${target}`,
    decide: async (view) => decideReceive(await read(view, keys.event(event)), receipt),
    async result(view) {
      const found = own((await itemOf(view, event)).receipts, target)
      if (found === undefined) throw notFound(`the receipt of ${event} from ${target} is gone`)
      return found
    },
  })
  return result
}
