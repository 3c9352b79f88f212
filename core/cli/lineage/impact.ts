import { InputError } from '../../errors/errors.ts'
import type { DatasetVersion, ModelVersion } from '../../records/model.ts'
import type { Run } from '../../records/run.ts'
import { namedVersions } from '../show/models.ts'
import type { LineageRecords } from './build.ts'
import { type Around, everything, servingOf } from './gather.ts'
import { codeNode, commitNode, dataNode, datasetNode, environmentNode } from './nodes.ts'
import type { Target } from './target.ts'

/** Something that runs and versions are made of. */
export type Source = Exclude<Target, { kind: 'subject' }>

/** All that may have been made of something. */
interface Everything {
  readonly runs: readonly Run[]
  readonly versions: readonly ModelVersion[]
  readonly datasets: readonly DatasetVersion[]
}

/**
 * Gathers what was made of a dataset, a commit, or anything that has a digest: the runs, the versions that they became and
 * those derived of them, and where they are deployed.
 *
 * @throws InputError TY0205 where the workspace knows nothing of it.
 */
export async function gatherImpact(source: Source, around: Around): Promise<LineageRecords> {
  const { workspace } = around
  const all: Everything = {
    runs: await workspace.runs.search({ kind: 'all' }, everything),
    versions: await workspace.models.search({ kind: 'all' }, everything),
    datasets: await workspace.datasets.list(),
  }
  const datasets =
    source.kind === 'dataset' ? [await workspace.datasets.get(source.name, source.version)] : all.datasets
  const made = madeOf(source, { ...all, datasets })
  if (made.asked.length === 0) {
    const details = `${sourceText(source)} is nothing that a run, a version or a dataset in ${workspace.url} was made of`
    throw new InputError({ code: 'TY0205', details })
  }
  return {
    ...made,
    versions: await namedVersions(made.versions, workspace),
    evidence: new Map(),
    serving: await servingOf(made.versions, around),
  }
}

/** The pure part of `gatherImpact`. */
export function madeOf(
  source: Source,
  all: Everything,
): Pick<LineageRecords, 'asked' | 'runs' | 'datasets' | 'sources'> & { readonly versions: readonly ModelVersion[] } {
  const datasets = all.datasets.filter(
    (dataset) => source.kind === 'dataset' || (source.kind === 'digest' && hasDigest(dataset, source.digest)),
  )
  const files = new Set(datasets.flatMap((dataset) => dataset.files.files.map(({ digest }) => digest)))
  const names = new Set(datasets.map(({ name, version }) => `${name}@${version}`))
  const sources = new Set(datasets.map((dataset) => datasetNode(dataset).id))
  const asked = new Set(sources)
  const runs = all.runs.filter((run) => {
    const own = sourcesIn(run, source)
    for (const id of own) asked.add(id)
    const isNamed = run.datasets?.some((name) => names.has(name)) === true
    const isMade =
      own.length > 0 || (source.kind === 'dataset' && (isNamed || run.data.some(({ digest }) => files.has(digest))))
    return isMade
  })
  const ids = new Set(runs.map(({ id }) => id))
  const direct = all.versions.filter(
    ({ run, datasets: named, files: tree }) =>
      (run !== undefined && ids.has(run)) ||
      named.some((name) => names.has(name)) ||
      (source.kind === 'digest' && hasDigest({ files: tree }, source.digest)),
  )
  if (source.kind === 'digest')
    for (const { model, version, files: tree } of direct)
      if (hasDigest({ files: tree }, source.digest)) asked.add(`version ${model}@${version}`)
  return {
    asked: [...asked],
    runs,
    versions: withDerived(direct, all.versions),
    datasets,
    sources: new Set([...sources, ...asked]),
  }
}

/** What of a run is the source, as ids of nodes. */
function sourcesIn(run: Run, source: Source): readonly string[] {
  if (source.kind === 'dataset') return []
  if (source.kind === 'commit') {
    const node = commitNode(run)
    return node !== undefined && run.git.commit?.toLowerCase().startsWith(source.commit) === true ? [node.id] : []
  }
  const { digest, lock } = run.environment
  return [
    ...run.data.filter((file) => isDigest(file.digest, source.digest)).map((file) => dataNode(file).id),
    ...(isDigest(run.code.digest, source.digest) ? [codeNode(run).id] : []),
    ...([digest, lock].some((one) => one !== undefined && isDigest(one, source.digest))
      ? [environmentNode(run).id]
      : []),
  ]
}

function hasDigest({ files }: Pick<ModelVersion, 'files'>, digest: string): boolean {
  return isDigest(files.digest, digest) || files.files.some((file) => isDigest(file.digest, digest))
}

function isDigest(whole: string, beginning: string): boolean {
  return whole.startsWith(`sha256:${beginning}`)
}

/** With the versions that were derived from them, by however many steps. */
function withDerived(direct: readonly ModelVersion[], all: readonly ModelVersion[]): readonly ModelVersion[] {
  const found = new Map(direct.map((version) => [`${version.model}@${version.version}`, version]))
  for (let before = -1; before < found.size; ) {
    before = found.size
    for (const version of all)
      if (version.parent !== undefined && found.has(version.parent))
        found.set(`${version.model}@${version.version}`, version)
  }
  return [...found.values()]
}

function sourceText(source: Source): string {
  if (source.kind === 'dataset')
    return `dataset:${source.name}${source.version === undefined ? '' : `@${source.version}`}`
  return source.kind === 'commit' ? `commit:${source.commit}` : `sha256:${source.digest}`
}
