import { createHash } from 'node:crypto'
import { readFile, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { look } from '../engines/code/inside.ts'
import { type Engine, type EngineModel, nativeEngine, wasmEngine } from '../engines/onnx/engine.ts'
import { ConfigError, errorMessage } from '../errors/errors.ts'
import type { TensorSignature } from '../records/model.ts'
import type { ServeConfig } from './config.ts'
import type { Log } from './log.ts'
import { isServable, type Ports } from './protocol/request.ts'
import type { Loaded, Served } from './served-models.ts'
import { warmUp } from './warm-up.ts'

/**
 * The build of the runtime that the configuration asks for.
 *
 * @throws ConfigError TY0102 when it demands the native one and that is not there.
 */
export async function loadEngine({ engine }: Pick<ServeConfig, 'engine'>, log: Log): Promise<Engine> {
  if (engine === 'wasm') return wasmEngine()
  try {
    const native = nativeEngine()
    if (native !== undefined) return native
  } catch (error) {
    if (engine === 'native') throw notNative('cannot be loaded', error)
    log('engine.refused', { engine: 'onnxruntime-node', reason: errorMessage(error) })
  }
  if (engine === 'native') throw notNative('is not in node_modules beside the server')
  return wasmEngine()
}

function notNative(problem: string, cause?: unknown): ConfigError {
  const details = `engine is native, and onnxruntime-node ${problem}`
  return new ConfigError({ details, cause })
}

/** How models are loaded. */
export interface LoadOptions {
  readonly engine: Engine
  /** The folder that their files are below. */
  readonly folder: string
  readonly batching: ServeConfig['batching']
  readonly log: Log
}

/**
 * Reads a model, after its digest, and warms it up.
 *
 * @throws ConfigError TY0403 when the file is missing, is another one than was packaged, or cannot be served.
 */
export async function loadModel(served: Served, { engine, folder, batching, log }: LoadOptions): Promise<Loaded> {
  const startedAt = performance.now()
  const bytes = await readModel(served, folder)
  const model = await engine.open(bytes, served.file)
  const ports = portsOf(model, served.file)
  const warm = await warmUp(model, ports)
  const isBatched = batching === 'auto' && warm.isBatched
  log('model.loaded', {
    model: served.name,
    version: served.version,
    digest: served.digest,
    ms: Math.round(performance.now() - startedAt),
    batching: isBatched,
    reason: batching === 'auto' ? warm.reason : undefined,
    leftOut: unserved(model.signature.outputs),
  })
  return { ports, runnable: { model, isBatched, rowMs: warm.rowMs, onRun: () => (served.metrics.runs += 1) } }
}

async function readModel({ file, digest }: Served, folder: string): Promise<Uint8Array> {
  const found = await look(await realpath(folder), file)
  if (found.kind !== 'file') {
    const problem =
      found.kind === 'outside' ? 'leads out of the folder of serve.json' : 'is not a file beside serve.json'
    throw unreadable(`${file} ${problem}`)
  }
  const bytes = await readFile(join(folder, file))
  const actual = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
  if (actual !== digest)
    throw unreadable(`${file} is not the file that was packaged: its digest is ${actual}, expected ${digest}`)
  return bytes
}

function portsOf({ signature: { inputs, outputs }, classes }: EngineModel, file: string): Ports {
  const strange = inputs.filter((input) => !isServable(input))
  const names = strange.map(({ name, type }) => `${name} (${type})`).join(', ')
  if (strange.length > 0) throw unreadable(`${file} takes what cannot be sent: ${names}; export it with float32 inputs`)
  const ports = { inputs: inputs.filter(isServable), outputs: outputs.filter(isServable), classes }
  if (ports.outputs.length === 0)
    throw unreadable(`${file} has no output that is a tensor, nor a map (ZipMap) that is one`)
  return ports
}

/** Outputs that clients never see, for the log: `probabilities (sequence)`. */
function unserved(outputs: readonly TensorSignature[]): string | undefined {
  const left = outputs.filter((output) => !isServable(output)).map(({ name, type }) => `${name} (${type})`)
  return left.length === 0 ? undefined : left.join(', ')
}

function unreadable(details: string): ConfigError {
  return new ConfigError({ code: 'TY0403', details })
}
