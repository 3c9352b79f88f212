import { basename } from 'node:path'
import { digestFile } from '../../engines/code/digest.ts'
import type { PredictedBy } from '../../records/predictions.ts'
import type { Asked } from '../predict.ts'
import type { Surroundings } from './key.ts'
import { runtimeFor } from './runtime.ts'

/** What a side's numbers come from, for the evidence; what nobody knows is left out. */
export async function byOnnx(asked: Asked): Promise<PredictedBy> {
  return { way: 'onnx', runtime: (await runtimeFor(asked)).build }
}

/** The same of a command, by what it ran in. */
export function byCommand({ environment, code }: Surroundings): PredictedBy {
  return {
    way: 'command',
    platform: `${process.platform}-${process.arch}`,
    ...(environment !== undefined && { environment }),
    ...(code !== undefined && { code }),
  }
}

/** The same of a prediction file, by its name and its bytes. */
export async function byFile(file: string): Promise<PredictedBy> {
  return { way: 'files', file: basename(file), digest: (await digestFile(file)).digest }
}
