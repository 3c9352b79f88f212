import type { Actor } from './actor.ts'
import type { Digest } from './digest.ts'

/** A stable address that serves a model. */
export interface Endpoint {
  readonly name: string
  readonly environment: string
  readonly target: string
  readonly address?: string
}

/** One model version running behind an endpoint with a share of its traffic (0 to 100). */
export interface Deployment {
  readonly endpoint: string
  readonly name: string
  readonly model: string
  readonly version: number
  readonly share: number
  readonly state: 'live' | 'retired'
  /** A canary is being tried, and holds its endpoint: there is one at most. Without a role it is stable. */
  readonly role?: 'stable' | 'canary'
  /** The digest of the package that runs. */
  readonly package?: Digest
  /** The workspace that recorded it, where this one only has a copy of the record. */
  readonly copiedFrom?: string
  readonly at: string
  readonly by: Actor
}
