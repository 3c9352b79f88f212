import { featureNamesOf } from '../engines/onnx/feature-names.ts'
import { openModel } from '../engines/onnx/model.ts'
import { opsetOf } from '../engines/onnx/opset.ts'
import { ConfigError } from '../errors/errors.ts'
import type { Host } from '../host/host.ts'
import type { Signature } from '../records/model.ts'
import type { Tree } from '../records/tree.ts'
import type { Workspace } from '../workspace/workspace.ts'

/** The runtime needs several times a model's size in memory. */
const largestBytes = 2 ** 30

/**
 * The signature that the version's ONNX file states; undefined where there is no such file, or more than one, since
 * then no single one speaks for the version. A file that the runtime cannot open (operators of one's own, weights beside it)
 * has none either, and a warning says so.
 */
export async function signatureOf(
  files: Tree,
  { workspace, host }: { readonly workspace: Workspace; readonly host: Host },
): Promise<Signature | undefined> {
  const [only, ...others] = files.files.filter((file) => file.path.endsWith('.onnx'))
  if (only === undefined || others.length > 0) return undefined
  if (only.size > largestBytes) {
    host.log.warning(`No signature was read of ${only.path}: it is larger than ${largestBytes / 2 ** 20} MB`)
    return undefined
  }
  try {
    const bytes = await workspace.files.read(only.digest)
    const model = await openModel(bytes, { name: only.path })
    await model.close()
    const opset = opsetOf(bytes)
    const columns = model.signature.inputs.length === 1 ? featureNamesOf(bytes) : undefined
    return { ...model.signature, ...(opset !== undefined && { opset }), ...(columns && { columns }) }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    host.log.warning(`No signature was read: ${error.details}`)
    return undefined
  }
}
