import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { OnnxBuild } from '../../records/predictions.ts'
import type { Runtime, Session } from './runtime.ts'

/**
 * The build of ONNX Runtime for this processor, from `node_modules/onnxruntime-node` in a folder, by default that of this very code;
 * undefined where it is not. One in a folder further up belongs to another project and is not taken: nobody pinned it for this one.
 *
 * @throws what Node says when it lies there and cannot be loaded.
 */
export function findNative(from: string = dirname(fileURLToPath(import.meta.url))): Runtime | undefined {
  const folder = join(from, 'node_modules', 'onnxruntime-node')
  if (!existsSync(folder)) return undefined
  // Read when the library is loaded; without it, it writes a database into the home folder and sends reports (its PR 27379).
  process.env['ORT_DISABLE_TELEMETRY'] = '1'
  // Node keeps what it has loaded.
  const loaded: unknown = createRequire(import.meta.url)(folder)
  if (!isRuntime(loaded)) throw new TypeError(`${folder} is not onnxruntime-node`)
  return loaded
}

/** Which build it is, for evidence. */
export function nativeBuild({ env }: Runtime): OnnxBuild {
  const platform = `${process.platform}-${process.arch}`
  return { package: 'onnxruntime-node', version: env.versions.node ?? '', execution: 'native', platform }
}

/** Opens a session of it. As many threads as the host has processors would spin against each other under a CPU limit. */
export function createNativeSession({ InferenceSession }: Runtime, bytes: Uint8Array): Promise<Session> {
  return InferenceSession.create(bytes, { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 4 })
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
