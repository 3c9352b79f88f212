import type { AliasMove } from '../records/model.ts'

/**
 * The version that an alias named before it first named the one that it names now: rolling back again and again goes further
 * back, and never to a version that came later. Undefined where there was none.
 */
export function previousOf(history: readonly AliasMove[], alias: string, now: number): number | undefined {
  const first = history.find((move) => move.alias === alias && move.to === now)
  return first?.from
}
