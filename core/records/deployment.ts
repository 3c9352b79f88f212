import type { Actor } from './actor.ts'

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
  readonly at: string
  readonly by: Actor
}
