import { Readable } from 'node:stream'
import type { Signature } from '../../records/model.ts'
import type { Tree } from '../../records/tree.ts'
import { type MlflowService, storedPath } from './service.ts'

/** The file by which MLflow knows a folder as a model. */
const fileName = 'MLmodel'

/**
 * Lays an `MLmodel` beside the files of a version, so that `mlflow.pyfunc.load_model` opens it. It is no part of the version: its
 * tree and its digest stay as they are. Only for one ONNX model, and only where there is none already.
 */
export async function layMlmodel(
  service: MlflowService,
  folder: string,
  { tree, signature }: { readonly tree: Tree; readonly signature: Signature | undefined },
): Promise<void> {
  const models = tree.files.filter(({ path }) => path.endsWith('.onnx'))
  const [only] = models
  if (only === undefined || models.length > 1 || tree.files.some(({ path }) => path === fileName)) return
  const there = await service.api.artifacts.list(folder)
  if (there.some(({ path }) => path === `${folder}/${fileName}`)) return
  const bytes = Buffer.from(mlmodel(storedPath(only.path), signature), 'utf8')
  await service.api.artifacts.put(`${folder}/${fileName}`, { size: bytes.length, open: () => Readable.from([bytes]) })
}

/** The types of tensors that MLflow's schema names as numpy does. */
const numeric = /^(float(16|32|64)|u?int(8|16|32|64)|bool)$/

function mlmodel(data: string, signature: Signature | undefined): string {
  const path = JSON.stringify(data)
  return [
    'flavors:',
    '  onnx:',
    `    data: ${path}`,
    '    onnx_version: 1.19.1',
    '    providers:',
    '    - CPUExecutionProvider',
    '  python_function:',
    `    data: ${path}`,
    '    loader_module: mlflow.onnx',
    `utc_time_created: '${new Date().toISOString().replace('T', ' ').replace('Z', '')}'`,
    ...signatureLines(signature),
    '',
  ].join('\n')
}

function signatureLines(signature: Signature | undefined): readonly string[] {
  if (signature === undefined || signature.inputs.length === 0) return []
  const all = [...signature.inputs, ...signature.outputs]
  // MLflow has no schema for other tensors; a model without a signature is a model too.
  if (all.some(({ type }) => !numeric.test(type))) return []
  const schema = (tensors: Signature['inputs']) =>
    JSON.stringify(
      tensors.map(({ name, type, shape }) => ({ name, type: 'tensor', 'tensor-spec': { dtype: type, shape } })),
    )
  return [
    'signature:',
    `  inputs: ${JSON.stringify(schema(signature.inputs))}`,
    `  outputs: ${JSON.stringify(schema(signature.outputs))}`,
    '  params: null',
  ]
}
