import type { VerdictKind } from '../../records/verdict.ts'

/** What a node of a lineage stands for. */
export const nodeKinds = [
  'commit',
  'code',
  'data',
  'dataset',
  'environment',
  'run',
  'version',
  'gate',
  'profile',
  'scan',
  'package',
  'canary',
  'promotion',
  'deployment',
] as const
export type NodeKind = (typeof nodeKinds)[number]

/** One thing of a lineage. */
export interface GraphNode {
  /** The same for the same thing: `version flights@2`. */
  readonly id: string
  readonly kind: NodeKind
  readonly title: string
  /** More about it, the most telling first. */
  readonly details: readonly string[]
  readonly verdict?: VerdictKind
  /** How something that serves is, for its colour; a detail says it in words. */
  readonly tone?: 'good' | 'bad' | 'unsure'
  /** It is what was asked for. */
  readonly isAsked?: true
}

/** What something was made from, judged by, or serves as: from the cause to what came of it. */
export interface GraphEdge {
  readonly from: string
  readonly to: string
}

/** A lineage: no thing comes of itself, by however many steps. */
export interface LineageGraph {
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
}

/** Collects nodes and edges, each once. */
export class GraphBuilder {
  readonly #nodes = new Map<string, GraphNode>()
  readonly #edges = new Map<string, GraphEdge>()

  /** Adds a node, and the edges to it from those that are known or will be. */
  add(node: GraphNode, ...from: readonly string[]): string {
    if (!this.#nodes.has(node.id)) this.#nodes.set(node.id, node)
    for (const one of from) this.join(one, node.id)
    return node.id
  }

  join(from: string, to: string): void {
    this.#edges.set(JSON.stringify([from, to]), { from, to })
  }

  /** The graph; edges to what was never added are left out, and so is one that would close a circle. */
  graph(): LineageGraph {
    const edges: GraphEdge[] = []
    const known = [...this.#edges.values()].filter(({ from, to }) => this.#nodes.has(from) && this.#nodes.has(to))
    for (const edge of known) if (!leadsTo(edge.to, edge.from, edges)) edges.push(edge)
    return { nodes: [...this.#nodes.values()], edges }
  }
}

function leadsTo(from: string, to: string, edges: readonly GraphEdge[]): boolean {
  const seen = new Set<string>()
  const open = [from]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at === to) return true
    if (seen.has(at)) continue
    seen.add(at)
    for (const edge of edges) if (edge.from === at) open.push(edge.to)
  }
  return false
}
