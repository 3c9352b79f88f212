import type { Actor, GitState } from './actor.ts'
import type { Digest } from './digest.ts'
import type { Tree } from './tree.ts'

/** Free marks on a version, `Name=Value`, searchable. */
export type Tags = Readonly<Record<string, string>>

/** One input or output of a model. A dimension of -1 is free (the batch). `type` is ONNX's name: float32, int64, string, … */
export interface TensorSignature {
  readonly name: string
  readonly type: string
  readonly shape: readonly number[]
}

/** The model's typed inputs and outputs. */
export interface Signature {
  readonly inputs: readonly TensorSignature[]
  readonly outputs: readonly TensorSignature[]
  /** The version of ONNX's own operators that its file asks for; not known of versions that an earlier release registered. */
  readonly opset?: number
  /** The columns of its one matrix in their order, where its file names them (metadata `feature_names`). */
  readonly columns?: readonly string[]
}

/** What a registration says about a version. */
export interface VersionStart {
  readonly model: string
  readonly files: Tree
  /** The run that trained it, when a run did. */
  readonly run?: string
  readonly description?: string
  readonly tags: Tags
  readonly signature?: Signature
  /** The version that it was fine-tuned or derived from, `name@3`. */
  readonly parent?: string
  /** `name@version` of registered datasets. */
  readonly datasets: readonly string[]
  /** The address of its files, where the workspace keeps their digests only: `hf://…`, `oci://…`, `https://…`. */
  readonly source?: string
  /** The ref that it came from, for the trust rules of events. */
  readonly ref?: string
}

/** A model version: an integer under a name that owns an immutable tree of files. `tags` may change, nothing else does. */
export interface ModelVersion extends VersionStart {
  readonly version: number
  readonly createdAt: string
  readonly by: Actor
  /** When every file of a version by reference was read for the first time, and had its digest. */
  readonly hashedAt?: string
  /** Set when the version was deleted: its number never comes back. */
  readonly deletedAt?: string
  /** Set while the version is archived: lists and `latest` leave it out, and nothing new may serve or name it. */
  readonly archived?: { readonly at: string; readonly by: Actor; readonly why: string }
}

/** One move of an alias. `from` or `to` is undefined where the alias did not exist before, or was removed. */
export interface AliasMove {
  readonly alias: string
  readonly from?: number
  readonly to?: number
  readonly at: string
  readonly by: Actor
  readonly why: string
  /** A promotion without a passing gate; `why` says the reason that was given. */
  readonly isForced?: boolean
}

/** A name with its aliases. */
export interface Model {
  readonly name: string
  /** The newest version that is neither deleted nor archived; 0 when there is none. */
  readonly latest: number
  /** The archived versions, oldest first; left out where there are none. */
  readonly archived?: readonly number[]
  readonly aliases: Readonly<Record<string, number>>
  readonly history: readonly AliasMove[]
}

/** What a registration says about a version of a dataset. */
export interface DatasetStart {
  readonly name: string
  readonly files: Tree
  readonly tags: Tags
  readonly description?: string
  /** Its bytes stay where they are, and the workspace holds their digests only. */
  readonly isByReference?: boolean
  /** Where its files can be found, in the words of who registered it; never with credentials. */
  readonly address?: string
  /** The blob of its schema and statistical profile, where it holds tables. */
  readonly profile?: Digest
  /** Rows and columns of all its tables together. */
  readonly rows?: number
  readonly columns?: number
  /** The checkout that it was registered from. */
  readonly git?: GitState
}

/** A named, versioned set of files. Its bytes may live elsewhere. `tags` may change, nothing else does. */
export interface DatasetVersion extends DatasetStart {
  readonly version: number
  readonly createdAt: string
  readonly by: Actor
}
