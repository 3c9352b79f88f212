import { opsetOf } from '../../engines/onnx/opset.ts'
import { type Profile, profileOf } from '../../main/profiles.ts'
import type { Subject } from '../../main/subject.ts'
import type { Signature } from '../../records/model.ts'
import { treeSize } from '../../records/tree.ts'
import type { Workspace } from '../../workspace/workspace.ts'
import { onlyOnnxFile } from '../predictions/onnx.ts'

/** What a model needs, whatever it predicts. */
export interface Footprint {
  /** Of all of its files together. */
  readonly sizeBytes: number
  /** The version of ONNX's operators that its file asks for; undefined where it has no single ONNX file, where that is too large to look at, and where nobody noted it and no budget asks. */
  readonly opset?: number | undefined
  /** What was measured of its very bytes. */
  readonly profile?: Profile | undefined
}

/** Both models'. */
export interface Footprints {
  readonly candidate: Footprint
  readonly champion?: Footprint | undefined
}

/** A file that is larger is not read for its header alone. */
const largestBytes = 2 ** 30

interface Asked {
  readonly workspace: Workspace
  /** What is known of the model's file. */
  readonly signature: Signature | undefined
  /** Whether the file is read for its opset where that is not noted: on a fresh machine it has to be fetched. */
  readonly isOpsetAsked: boolean
}

/** Looks at what is recorded of a model, and at its file where that is asked for. */
export async function footprintOf(subject: Subject, { workspace, signature, isOpsetAsked }: Asked): Promise<Footprint> {
  const { files, model } = subject
  return {
    sizeBytes: treeSize(files),
    opset: signature?.opset ?? (isOpsetAsked ? await opsetIn(subject, workspace) : undefined),
    profile: await profileOf({ digest: files.digest, model }, workspace),
  }
}

async function opsetIn(subject: Subject, workspace: Workspace): Promise<number | undefined> {
  const file = onlyOnnxFile(subject)
  const isLegible = file !== undefined && file.size <= largestBytes
  return isLegible ? opsetOf(await workspace.files.read(file.digest)) : undefined
}

/** What to say where both sides have an ONNX file and the opset of one is not known, so that nobody can tell whose is newer. */
export function uncomparedOpsets(candidate: Sized, champion: Sized | undefined): string | undefined {
  if (champion === undefined || [candidate, champion].some(({ subject }) => onlyOnnxFile(subject) === undefined))
    return undefined
  const unknown = [candidate, champion].filter(({ footprint }) => footprint.opset === undefined)
  if (unknown.length === 0) return undefined
  const names = unknown.map(({ subject }) => subject.reference).join(' and ')
  return `The version of ONNX’s operators is not recorded of ${names}: whether ${candidate.subject.reference} needs newer ones than ${champion.subject.reference} is not compared`
}

interface Sized {
  readonly subject: Pick<Subject, 'reference' | 'files'>
  readonly footprint: Footprint
}
