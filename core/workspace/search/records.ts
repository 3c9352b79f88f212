import type { Actor, GitState } from '../../records/actor.ts'
import type { Digest } from '../../records/digest.ts'
import type { Tags } from '../../records/model.ts'
import type { EnvironmentRecord, RunEnd, RunState } from '../../records/run.ts'
import type { SearchRecord } from './judge.ts'

/** What a search looks at of a run: a run as it is remembered and one as steps see it both have it. */
export interface SearchableRun {
  readonly id: string
  readonly model: string
  readonly experiment: string
  /** As it is at the time of looking. */
  readonly state: RunState
  readonly startedAt: string
  readonly by: Actor
  readonly git: GitState
  readonly environment: EnvironmentRecord
  readonly code: { readonly digest: Digest }
  /** Registered datasets that it read, `name@version`. */
  readonly datasets?: readonly string[]
  readonly end?: Pick<RunEnd, 'metrics' | 'params' | 'tags'> & { readonly artifacts: { readonly digest: Digest } }
}

/** What a search looks at of a model version. */
export interface SearchableVersion {
  readonly model: string
  readonly version: number
  readonly createdAt: string
  readonly by: Actor
  readonly files: { readonly digest: Digest }
  readonly tags: Tags
  readonly datasets: readonly string[]
  readonly run?: string
  readonly parent?: string
  readonly ref?: string
}

/** What a search looks at of a version of a dataset. */
export interface SearchableDataset {
  readonly name: string
  readonly version: number
  readonly createdAt: string
  readonly by: Actor
  readonly files: { readonly digest: Digest }
  readonly tags: Tags
}

/** A run for `judge`. */
export function runRecord(run: SearchableRun): SearchRecord {
  const { metrics, params, texts } = trainedBy(run)
  return {
    createdAt: run.startedAt,
    tags: run.end?.tags ?? {},
    metrics,
    params,
    texts: {
      ...texts,
      model: [run.model],
      run: [run.id],
      by: [run.by.name],
      ref: known(run.git.ref),
      digest: known(run.end?.artifacts.digest),
      dataset: (run.datasets ?? []).flatMap(bothNames),
    },
  }
}

/**
 * A model version for `judge`, before its run was looked up: what it has through the run is not known then, unless it has
 * none.
 *
 * @param aliases Those that name it.
 */
export function versionRecord(version: SearchableVersion, aliases: readonly string[]): SearchRecord {
  const { createdAt, tags, model, run, parent, ref, by, files, datasets } = version
  const record = {
    createdAt,
    version: version.version,
    tags,
    texts: {
      model: [model],
      alias: aliases,
      run: known(run),
      parent: known(parent),
      by: [by.name],
      digest: [files.digest],
      dataset: datasets.flatMap(bothNames),
      ...(ref === undefined ? {} : { ref: [ref] }),
    },
  }
  return run === undefined ? withRun(record, undefined) : record
}

/** A version's record when its run is known, or when it is known that there is none. */
export function withRun(record: SearchRecord, run: SearchableRun | undefined): SearchRecord {
  const { metrics, params, texts } = trainedBy(run)
  return { ...record, metrics, params, texts: { ...texts, ref: known(run?.git.ref), ...record.texts } }
}

/** A version of a dataset for `judge`. */
export function datasetRecord({ name, version, createdAt, by, files, tags }: SearchableDataset): SearchRecord {
  return {
    createdAt,
    version,
    tags,
    texts: { dataset: bothNames(`${name}@${version}`), by: [by.name], digest: [files.digest] },
  }
}

function trainedBy(run: SearchableRun | undefined): Required<Pick<SearchRecord, 'metrics' | 'params' | 'texts'>> {
  return {
    metrics: run?.end?.metrics ?? {},
    params: run?.end?.params ?? {},
    texts: {
      experiment: known(run?.experiment),
      state: known(run?.state),
      commit: known(run?.git.commit),
      code: known(run?.code.digest),
      environment: [...known(run?.environment.digest), ...known(run?.environment.lock)],
    },
  }
}

/** A version of a dataset by its name alone, too. */
function bothNames(reference: string): readonly string[] {
  return [reference, reference.split('@')[0] ?? reference]
}

function known(text: string | undefined): readonly string[] {
  return text === undefined ? [] : [text]
}
