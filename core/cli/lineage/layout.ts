import type { LineageGraph } from './graph.ts'

/** Where a node is drawn. Pixels, from the upper left corner. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Where everything is drawn: nodes by id; an edge as the points that it goes through, two for each column. */
export interface Layout {
  readonly width: number
  readonly height: number
  readonly boxes: ReadonlyMap<string, Box>
  readonly paths: readonly { readonly from: string; readonly to: string; readonly points: readonly Point[] }[]
}

interface Point {
  readonly x: number
  readonly y: number
}

/** A node, or the place where a long edge passes a column. */
interface Slot {
  readonly id: string
  readonly column: number
  readonly height: number
  /** The slots of the columns beside it that it is joined with. */
  readonly before: Slot[]
  readonly after: Slot[]
  y: number
}

const [width, gapX, gapY, passHeight] = [240, 64, 18, 8] as const
/** Orders settle in fewer rounds; what is left by then is a matter of taste. */
const rounds = 12

/**
 * Lays a graph without circles out in columns from cause to effect (after Sugiyama, Tagawa and Toda, 1981): each node as far
 * to the right as what it leads to allows, ordered by where its neighbours are, and edges past a column between its nodes.
 *
 * @param heightOf The height of a node by its id, in pixels.
 */
export function layoutOf(graph: LineageGraph, heightOf: (id: string) => number): Layout {
  const columnOf = columnsOf(graph)
  const slots = new Map(graph.nodes.map(({ id }) => [id, slot(id, columnOf.get(id) ?? 0, heightOf(id))]))
  const chains = graph.edges.flatMap(({ from, to }) => {
    const [first, last] = [slots.get(from), slots.get(to)]
    return first === undefined || last === undefined ? [] : [chain(first, last)]
  })
  const all = new Set([...slots.values(), ...chains.flat()])
  const columns: Slot[][] = []
  for (const one of all) (columns[one.column] ??= []).push(one)
  arrange(columns)
  const box = ({ column, y, height }: Slot): Box => ({ x: column * (width + gapX), y, width, height })
  return {
    width: columns.length * (width + gapX) - gapX,
    height: Math.max(0, ...[...all].map(({ y, height }) => y + height)),
    boxes: new Map([...slots].map(([id, one]) => [id, box(one)])),
    paths: chains.map((one) => pathOf(one, box)),
  }
}

function slot(id: string, column: number, height: number): Slot {
  return { id, column, height, before: [], after: [], y: 0 }
}

/** The column of each node: behind all that leads to it, and then as near as can be to what it leads to. */
function columnsOf({ nodes, edges }: LineageGraph): ReadonlyMap<string, number> {
  const column = new Map<string, number>()
  const depth = (id: string): number => {
    const known = column.get(id)
    if (known !== undefined) return known
    const before = edges.filter(({ to }) => to === id).map(({ from }) => depth(from) + 1)
    const own = Math.max(0, ...before)
    column.set(id, own)
    return own
  }
  for (const { id } of nodes) depth(id)
  for (const { id } of nodes) {
    if (edges.some(({ to }) => to === id)) continue
    const after = edges.filter(({ from }) => from === id).map(({ to }) => column.get(to) ?? 0)
    if (after.length > 0) column.set(id, Math.min(...after) - 1)
  }
  return column
}

/** Joins two slots by one in every column between them. */
function chain(first: Slot, last: Slot): readonly Slot[] {
  const chained = [first]
  for (let column = first.column + 1; column < last.column; column++)
    chained.push(slot(`${first.id} → ${last.id}`, column, passHeight))
  chained.push(last)
  for (const [at, one] of chained.entries()) {
    const next = chained[at + 1]
    if (next === undefined) continue
    one.after.push(next)
    next.before.push(one)
  }
  return chained
}

/** Orders the columns by their neighbours, then moves each slot towards them as far as the others let it. */
function arrange(columns: readonly Slot[][]): void {
  for (const column of columns) stack(column)
  for (let round = 0; round < rounds; round++) {
    const isForward = round % 2 === 0
    for (const column of isForward ? columns : columns.toReversed()) {
      const wanted = new Map(
        column.map((one) => [one, middleOf(isForward ? one.before : one.after) ?? middleOf(one.after) ?? centre(one)]),
      )
      column.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0))
      place(column, wanted)
    }
  }
  const top = Math.min(...columns.flat().map(({ y }) => y))
  for (const one of columns.flat()) one.y = Math.round(one.y - top)
}

function stack(column: readonly Slot[]): void {
  let y = 0
  for (const one of column) {
    one.y = y
    y += one.height + gapY
  }
}

/** Puts each slot where it wants to be; those that would overlap move apart around the middle of what they want. */
function place(column: readonly Slot[], wanted: ReadonlyMap<Slot, number>): void {
  const groups: { slots: Slot[]; y: number; height: number }[] = []
  for (const one of column) {
    let group = { slots: [one], y: (wanted.get(one) ?? 0) - one.height / 2, height: one.height }
    for (
      let above = groups.at(-1);
      above !== undefined && above.y + above.height + gapY > group.y;
      above = groups.at(-1)
    ) {
      groups.pop()
      const slots = [...above.slots, ...group.slots]
      group = { slots, y: bestTop(slots, wanted), height: above.height + gapY + group.height }
    }
    groups.push(group)
  }
  for (const { slots, y } of groups) {
    stack(slots)
    for (const one of slots) one.y += y
  }
}

/** The top of slots in a row whose middles are nearest to where they want to be, in the mean. */
function bestTop(slots: readonly Slot[], wanted: ReadonlyMap<Slot, number>): number {
  let offset = 0
  let sum = 0
  for (const one of slots) {
    sum += (wanted.get(one) ?? 0) - offset - one.height / 2
    offset += one.height + gapY
  }
  return sum / slots.length
}

function centre({ y, height }: Slot): number {
  return y + height / 2
}

function middleOf(slots: readonly Slot[]): number | undefined {
  return slots.length === 0 ? undefined : slots.reduce((sum, one) => sum + centre(one), 0) / slots.length
}

function pathOf(slots: readonly Slot[], box: (slot: Slot) => Box): Layout['paths'][number] {
  const points = slots.flatMap((one, at) => {
    const { x, y, height } = box(one)
    const middle = y + height / 2
    const [left, right] = [
      { x, y: middle },
      { x: x + width, y: middle },
    ]
    return at === 0 ? [right] : at === slots.length - 1 ? [left] : [left, right]
  })
  return { from: slots[0]?.id ?? '', to: slots.at(-1)?.id ?? '', points }
}
