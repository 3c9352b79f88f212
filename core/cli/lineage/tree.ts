import type { Branch } from '../text-tree.ts'
import type { GraphNode, LineageGraph } from './graph.ts'

/** What came of the things that were asked for, as trees; what comes twice is told once. A line tells the most telling details. */
export function impactTrees({ nodes, edges }: LineageGraph): readonly Branch[] {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const told = new Set<string>()
  const branch = (node: GraphNode): Branch => {
    if (told.has(node.id)) return { text: `${nodeText(node)}, as above` }
    told.add(node.id)
    const below = edges.flatMap(({ from, to }) => (from === node.id ? [byId.get(to)] : []))
    return {
      text: [nodeText(node), node.details.slice(0, 2).join(', ')].filter((part) => part !== '').join('  '),
      below: below.filter((one) => one !== undefined).map(branch),
    }
  }
  return nodes.filter(({ isAsked }) => isAsked === true).map(branch)
}

/** A node by its kind and its name; a version's name says what it is. */
export function nodeText({ kind, title }: GraphNode): string {
  if (kind === 'version') return title
  return kind === 'deployment' ? `serves at ${title}` : `${kind} ${title}`
}
