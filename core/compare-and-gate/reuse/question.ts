import { createHash } from 'node:crypto'
import type { Digest } from '../../records/digest.ts'
import { type Judgement, judgementsOf, type Reuse } from '../../records/evidence.ts'
import type { Workspace } from '../../workspace/workspace.ts'
import type { Criteria } from '../criteria.ts'
import { reuseOf } from './spend.ts'

/** All that makes a question to the gate another one. */
export interface Question {
  readonly model: string
  readonly candidate: Digest
  readonly champion: Digest | undefined
  readonly data: Digest
  readonly criteria: Digest
  /** Of the modules that the criteria name. */
  readonly modules?: readonly Digest[]
  readonly predictions: { readonly candidate: Digest; readonly champion?: Digest }
}

/** The use of the data that a question is, before anything is spent for it. */
export function judgementOf({ modules = [], ...asked }: Question): Judgement {
  const { model, candidate, champion, data, criteria, predictions } = asked
  const parts = [candidate, champion, data, criteria, predictions.candidate, predictions.champion, ...modules]
  const question: Digest = `sha256:${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`
  return { model, data, candidate, question }
}

/** What the workspace remembers of the data's uses, and what follows for this one. */
export async function lookUp(judgement: Judgement, criteria: Criteria, { evidence }: Workspace): Promise<Reuse> {
  const before = judgementsOf(await evidence.about(judgement.data, 'gate'), judgement.model)
  return reuseOf(criteria, before, judgement)
}
