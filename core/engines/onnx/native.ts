import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Runtime } from './runtime.ts'

let found: Runtime | undefined

/**
 * The build of ONNX Runtime for this processor, from `node_modules/onnxruntime-node` in the folder of this very code; undefined
 * where it is not. One in a folder further up belongs to another project and is not taken: nobody pinned it for this one.
 *
 * @throws what Node says when it lies there and cannot be loaded.
 */
export function findNative(): Runtime | undefined {
  found ??= load()
  return found
}

function load(): Runtime | undefined {
  const folder = join(dirname(fileURLToPath(import.meta.url)), 'node_modules', 'onnxruntime-node')
  if (!existsSync(folder)) return undefined
  // Read when the library is loaded; without it, it writes a database into the home folder and sends reports (its PR 27379).
  process.env['ORT_DISABLE_TELEMETRY'] = '1'
  const loaded: unknown = createRequire(import.meta.url)(folder)
  if (!isRuntime(loaded)) throw new TypeError(`${folder} is not onnxruntime-node`)
  return loaded
}

/** Both builds have the same interface, that of onnxruntime-common. */
function isRuntime(loaded: unknown): loaded is Runtime {
  return (
    typeof loaded === 'object' &&
    loaded !== null &&
    'InferenceSession' in loaded &&
    'Tensor' in loaded &&
    'env' in loaded
  )
}
