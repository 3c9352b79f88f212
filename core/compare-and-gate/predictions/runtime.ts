import { isAbsolute, relative, sep } from 'node:path'
import { findNative, nativeBuild } from '../../engines/onnx/native.ts'
import { type Runtime, wasmBuild } from '../../engines/onnx/runtime.ts'
import { errorMessage, InputError } from '../../errors/errors.ts'
import type { OnnxBuild } from '../../records/predictions.ts'
import { remembered } from '../../stats/remembered.ts'
import type { Asked } from '../predict.ts'

/** What evaluates ONNX files. */
export interface GateRuntime {
  readonly build: OnnxBuild
  /** Undefined for the WebAssembly build. */
  readonly native?: Runtime
}

/**
 * The build of ONNX Runtime that the inputs ask for, the same for both sides: looked for once, so that what is wrong with it is told
 * once.
 *
 * @throws InputError when the native one is demanded and is not in its folder or cannot be loaded, or when that folder lies in the
 *   checkout: what is loaded into the step sees its secrets, and a pull request could bring it along.
 */
export async function runtimeFor({ context }: Pick<Asked, 'context'>): Promise<GateRuntime> {
  return lookedFor(context)
}

const lookedFor = remembered(async ({ inputs, host }: Asked['context']): Promise<GateRuntime> => {
  const { runtime, nativeRuntime: folder } = inputs
  if (runtime === 'wasm' || folder === undefined) return { build: await wasmBuild() }
  const refuse = (problem: string, cause?: unknown) =>
    new InputError({
      faults: [{ subject: host.inputName('nativeRuntime'), source: { kind: 'input' }, value: folder, problem }],
      ...(cause === undefined ? {} : { cause }),
    })
  const inside = relative(host.context.folder, folder)
  if (!isAbsolute(inside) && inside.split(sep)[0] !== '..')
    throw refuse('lies in the checkout, which a pull request can fill; install it elsewhere')
  try {
    const native = findNative(folder)
    if (native !== undefined) return { build: nativeBuild(native), native }
  } catch (error) {
    if (runtime === 'native')
      throw refuse(`holds an onnxruntime-node that cannot be loaded: ${errorMessage(error)}`, error)
    host.log.warning(`onnxruntime-node cannot be loaded, so ONNX files are evaluated by wasm: ${errorMessage(error)}`)
  }
  if (runtime === 'native') throw refuse('has no node_modules/onnxruntime-node')
  return { build: await wasmBuild() }
})
