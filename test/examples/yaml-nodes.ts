import { isMap, isScalar, isSeq, type YAMLMap } from 'yaml'

/** A node as a map, or undefined. */
export function map(node: unknown): YAMLMap | undefined {
  return isMap(node) ? node : undefined
}

/** The items of a sequence; none for anything else. */
export function items(node: unknown): readonly unknown[] {
  return isSeq(node) ? node.items : []
}

/** A scalar as it is written, so that `3.10` stays `3.10`; undefined for anything else. */
export function scalar(node: unknown): string | undefined {
  if (!isScalar(node)) return undefined
  if (typeof node.value === 'string') return node.value
  return node.value === null ? '' : (node.source ?? '')
}

/** Every scalar below a node. */
export function textsIn(node: unknown): readonly string[] {
  if (isMap(node)) return node.items.flatMap(({ value }) => textsIn(value))
  if (isSeq(node)) return node.items.flatMap(textsIn)
  return [scalar(node) ?? '']
}

/** The scalars of a map, by key. */
export function scalars(node: unknown): ReadonlyMap<string, string> {
  return new Map((map(node)?.items ?? []).map(({ key, value }) => [scalar(key) ?? '', scalar(value) ?? '']))
}
