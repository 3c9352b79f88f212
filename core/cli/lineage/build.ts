import type { DatasetVersion } from '../../records/model.ts'
import type { Deployment } from '../../records/deployment.ts'
import type { Run } from '../../records/run.ts'
import type { Served } from '../serving/overview.ts'
import type { Evidence } from '../show/evidence.ts'
import type { NamedVersion } from '../show/models.ts'
import { readPackaged } from './packaged.ts'
import { GraphBuilder, type GraphNode, type LineageGraph } from './graph.ts'
import {
  codeNode,
  commitNode,
  dataNode,
  datasetNode,
  deploymentNode,
  environmentNode,
  evidenceNode,
  runNode,
  versionNode,
} from './nodes.ts'

/** A deployment as it is remembered and as it is. */
export interface ServedVersion {
  readonly version: string
  readonly package?: Deployment['package']
  readonly served: Served
}

/** The records that a lineage is drawn of. */
export interface LineageRecords {
  /** The nodes that were asked for, by id. */
  readonly asked: readonly string[]
  readonly versions: readonly NamedVersion[]
  readonly runs: readonly Run[]
  readonly datasets: readonly DatasetVersion[]
  /** By `name@version`, newest first. */
  readonly evidence: ReadonlyMap<string, readonly Evidence[]>
  readonly serving: readonly ServedVersion[]
  /** What of a run is drawn: everything that it was made of, or only what is in here, by id. */
  readonly sources: 'all' | ReadonlySet<string>
}

/** More files of data than these are one node. */
const mostDataNodes = 4

/** Makes the graph of records: pure, and the same for the same records. */
export function lineageGraph(records: LineageRecords): LineageGraph {
  const graph = new GraphBuilder()
  for (const dataset of records.datasets.map(datasetNode)) if (records.asked.includes(dataset.id)) graph.add(dataset)
  const { told, rest } = toldRuns(records)
  for (const run of told) addRun(graph, run, records)
  addRest(graph, rest, records)
  for (const version of records.versions) addVersion(graph, version, records)
  const { nodes, edges } = graph.graph()
  const asked = new Set(records.asked)
  return { nodes: nodes.map((node) => (asked.has(node.id) ? { ...node, isAsked: true } : node)), edges }
}

function addRun(graph: GraphBuilder, run: Run, records: LineageRecords): void {
  graph.add(runNode(run), ...sourcesOf(run, records).map((node) => graph.add(node)))
}

/** What of a run is drawn that it was made of. */
function sourcesOf(run: Run, { datasets, sources }: LineageRecords): readonly GraphNode[] {
  const used = new Set(run.data.map(({ digest }) => digest))
  const known = datasets.filter(
    ({ name, version, files }) =>
      run.datasets?.includes(`${name}@${version}`) === true || files.files.some(({ digest }) => used.has(digest)),
  )
  const inDatasets = new Set(known.flatMap(({ files }) => files.files.map(({ digest }) => digest)))
  const files = run.data.filter(
    ({ digest }) => !inDatasets.has(digest) || (sources !== 'all' && sources.has(`data ${digest}`)),
  )
  const made: readonly (GraphNode | undefined)[] = [
    commitNode(run),
    codeNode(run),
    ...known.map(datasetNode),
    ...(sources === 'all' && files.length > mostDataNodes ? [manyFiles(run.id, files)] : files.map(dataNode)),
    environmentNode(run),
  ]
  return made.flatMap((node) => (node === undefined || (sources !== 'all' && !sources.has(node.id)) ? [] : [node]))
}

/** Of what was made of something, more runs than these that became nothing are one node. */
const mostIdleRuns = 6

function toldRuns({ runs, versions, sources }: LineageRecords): {
  readonly told: readonly Run[]
  readonly rest: readonly Run[]
} {
  const became = new Set(versions.map(({ run }) => run))
  const idle = runs.filter(({ id }) => !became.has(id))
  if (sources === 'all' || idle.length <= mostIdleRuns) return { told: runs, rest: [] }
  return { told: runs.filter(({ id }) => became.has(id)), rest: idle }
}

function addRest(graph: GraphBuilder, rest: readonly Run[], records: LineageRecords): void {
  if (rest.length === 0) return
  const states = [...new Set(rest.map(({ state }) => state))]
  const from = rest.flatMap((run) => sourcesOf(run, records)).map((node) => graph.add(node))
  graph.add(
    {
      id: 'runs that became nothing',
      kind: 'run',
      title: `${rest.length} more runs`,
      details: [
        'which became no version',
        states.map((state) => `${rest.filter((run) => run.state === state).length} ${state}`).join(', '),
      ],
    },
    ...from,
  )
}

function manyFiles(run: string, files: Run['data']): GraphNode {
  const [first, second] = files
  return {
    id: `data of ${run}`,
    kind: 'data',
    title: `${files.length} files`,
    details: [
      ...[first, second].flatMap((file) => (file === undefined ? [] : [file.path])),
      `and ${files.length - 2} more`,
    ],
  }
}

function addVersion(graph: GraphBuilder, version: NamedVersion, records: LineageRecords): void {
  const name = `${version.model}@${version.version}`
  const node = graph.add(versionNode(version, version.aliases))
  if (version.run !== undefined) graph.join(`run ${version.run}`, node)
  if (version.parent !== undefined) graph.join(`version ${version.parent}`, node)
  for (const dataset of version.datasets) {
    const known = records.datasets.find((one) => `${one.name}@${one.version}` === dataset)
    if (known !== undefined) graph.add(datasetNode(known))
    graph.join(`dataset ${dataset}`, node)
  }
  const evidence = records.evidence.get(name) ?? []
  const packages = new Map<string, string>()
  for (const kind of new Set(evidence.map((one) => one.kind))) {
    const [newest, ...earlier] = evidence.filter((one) => one.kind === kind)
    if (newest === undefined) continue
    const id = graph.add(evidenceNode(newest, earlier.length), node)
    const digest = kind === 'package' ? readPackaged(newest) : undefined
    if (digest !== undefined) packages.set(digest, id)
  }
  for (const one of records.serving.filter((serving) => serving.version === name))
    graph.add(deploymentNode(one.served), (one.package === undefined ? undefined : packages.get(one.package)) ?? node)
}
