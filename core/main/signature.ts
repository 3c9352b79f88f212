import { openModel } from '../engines/onnx/model.ts'
import type { Signature } from '../records/model.ts'
import type { Tree } from '../records/tree.ts'
import type { Workspace } from '../workspace/workspace.ts'

/**
 * The signature that the version's ONNX file states; undefined where there is no such file, or more than one, since
 * then no single one speaks for the version.
 *
 * @throws ConfigError TY0403 when the ONNX file cannot be read.
 */
export async function signatureOf(files: Tree, workspace: Workspace): Promise<Signature | undefined> {
  const [only, ...others] = files.files.filter((file) => file.path.endsWith('.onnx'))
  if (only === undefined || others.length > 0) return undefined
  const model = await openModel(await workspace.files.read(only.digest), { name: only.path })
  try {
    return model.signature
  } finally {
    await model.close()
  }
}
