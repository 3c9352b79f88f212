import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliDecompress } from 'node:zlib'
import type * as OnnxRuntime from 'onnxruntime-web/wasm'
import type { OnnxBuild } from '../../records/predictions.ts'

/** The library's interface, as both its builds have it. */
export type Runtime = typeof OnnxRuntime

/** An open model, as the runtime has it. */
export type Session = OnnxRuntime.InferenceSession

/** Besides its code, the runtime is this one file, which the build copies into the folder of the bundle's chunks. */
const wasmName = 'ort-wasm-simd-threaded.wasm'

let loading: Promise<Runtime> | undefined
let creating: Promise<unknown> = Promise.resolve()

/**
 * The WebAssembly build of ONNX Runtime (https://onnxruntime.ai): one file for every system and processor, on Node 20 and 24.
 * Loaded when it is first needed, since compiling it takes a quarter of a second.
 */
export function loadRuntime(): Promise<Runtime> {
  loading ??= load()
  return loading
}

/** Which build it is, for evidence. Nothing is compiled for it. */
export async function wasmBuild(): Promise<OnnxBuild> {
  const { env } = await import('onnxruntime-web/wasm')
  return { package: 'onnxruntime-web', version: env.versions.web ?? '', execution: 'wasm' }
}

/** Opens a session. One after another: the runtime refuses to be started twice at the same time. */
export async function createSession(bytes: Uint8Array): Promise<Session> {
  const { InferenceSession } = await loadRuntime()
  const created = creating.then(() => InferenceSession.create(bytes, { logSeverityLevel: 4 }))
  creating = created.catch(() => undefined)
  return created
}

async function load(): Promise<Runtime> {
  const runtime = await import('onnxruntime-web/wasm')
  const file = wasmFile()
  const read = await readFile(file)
  const wasm = file.endsWith('.br') ? await unpacked(read) : read
  // More threads would need workers, which crash in Node.
  runtime.env.wasm.numThreads = 1
  // Given as bytes, it is neither sought by URL nor fetched.
  runtime.env.wasm.wasmBinary = new Uint8Array(wasm).buffer
  runtime.env.logLevel = 'fatal'
  return runtime
}

const unpacked = promisify(brotliDecompress)

/**
 * With the code, packed where the download has to be small; or with the scoring server, where that comes along in a folder of its own:
 * it is too large to bring twice.
 */
function wasmFile(): string {
  const here = dirname(fileURLToPath(import.meta.url))
  const places = [join(here, wasmName), join(here, `${wasmName}.br`), join(here, 'scoring', wasmName)]
  return (
    places.find((file) => existsSync(file)) ?? createRequire(import.meta.url).resolve(`onnxruntime-web/${wasmName}`)
  )
}
