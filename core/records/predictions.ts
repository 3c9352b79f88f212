import type { Digest } from './digest.ts'
import { hexOf } from './digest.ts'
import type { Statement } from './evidence.ts'

/** What a gate claims about two models when it keeps what they predict: that these are their predictions on these rows. */
export interface PredictionsPredicate {
  readonly model: string
  readonly data: { readonly digest: Digest; readonly rows: number; readonly file: string }
  readonly sides: readonly KeptPredictions[]
  readonly tool: { readonly name: 'trainyard'; readonly version: string }
}

/** What one model predicts. */
export interface KeptPredictions {
  readonly reference: string
  /** The digest of the model's files. */
  readonly files: Digest
  /** Of everything that the predictions depend on. */
  readonly key: Digest
  /** Of the numbers themselves, as in a gate's evidence. */
  readonly numbers: Digest
  /** The blob with the numbers. It may have been let go. */
  readonly kept: Digest
}

/** The statement about all of the models. */
export function predictionsStatement(predicate: PredictionsPredicate): Statement<PredictionsPredicate> {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: predicate.sides.map(({ reference, files }) => ({ name: reference, digest: { sha256: hexOf(files) } })),
    predicateType: 'https://trainyard.dev/evidence/predictions/v1',
    predicate,
  }
}

/** A build of ONNX Runtime. */
export interface OnnxBuild {
  /** `onnxruntime-web`. */
  readonly package: string
  readonly version: string
  readonly execution: 'wasm' | 'native'
  /** `linux-x64`; WebAssembly is the same everywhere. */
  readonly platform?: string
}

/** The same where what is left out may be said to be undefined. */
type Loose<T> = { readonly [Key in keyof T]: T[Key] | (undefined extends T[Key] ? undefined : never) }

/** A build for people: `onnxruntime-web 1.30.0 (wasm)`, `onnxruntime-node 1.30.0 (linux-x64)`. */
export function buildName({ package: name, version, execution, platform = execution }: Loose<OnnxBuild>): string {
  return `${name} ${version} (${platform})`
}

/** What the numbers of one side come from. */
export type PredictedBy =
  | { readonly way: 'onnx'; readonly runtime: OnnxBuild }
  | {
      readonly way: 'command'
      readonly platform: string
      /** The digest of the environment that it ran in: a locked one, or a Python with all its packages. */
      readonly environment?: string
      /** What names the code that it ran with: the digest of what a run kept, or `commit …`. */
      readonly code?: string
    }
  | { readonly way: 'files'; readonly file: string; readonly digest: Digest }
