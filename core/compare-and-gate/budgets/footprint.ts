import { opsetOf } from '../../engines/onnx/opset.ts'
import { type Profile, profileOf } from '../../main/profiles.ts'
import type { Subject } from '../../main/subject.ts'
import { treeSize } from '../../records/tree.ts'
import type { Workspace } from '../../workspace/workspace.ts'
import { onlyOnnxFile } from '../predictions/onnx.ts'

/** What a model needs, whatever it predicts. */
export interface Footprint {
  /** Of all of its files together. */
  readonly sizeBytes: number
  /** The version of ONNX's operators that its file asks for; undefined where it has no single ONNX file, or that is too large to look at. */
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

/** Looks at a model's files and at what is recorded of them. */
export async function footprintOf(subject: Subject, workspace: Workspace): Promise<Footprint> {
  const { files, model } = subject
  const file = onlyOnnxFile(subject)
  const isLegible = file !== undefined && file.size <= largestBytes
  return {
    sizeBytes: treeSize(files),
    opset: isLegible ? opsetOf(await workspace.files.read(file.digest)) : undefined,
    profile: await profileOf({ digest: files.digest, model }, workspace),
  }
}
