import type { Actor } from '../records/actor.ts'

/** Who did something: the name, and whom the CI system says it was, where that was verified. */
export function who({ name, identity }: Pick<Actor, 'name' | 'identity'>): string {
  return identity === undefined ? name : `${name} (verified: ${identity.subject})`
}
