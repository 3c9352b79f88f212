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
