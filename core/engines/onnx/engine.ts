import type { Signature } from '../../records/model.ts'
import { withoutMaps } from './maps.ts'
import { explained } from './model.ts'
import { buildName } from '../../records/predictions.ts'
import { createNativeSession, findNative, nativeBuild } from './native.ts'
import { createSession, loadRuntime, type Runtime, type Session, wasmBuild } from './runtime.ts'
import { signatureOf } from './signature.ts'
import { isKnownType, type KnownType, type TensorData } from './tensors.ts'

/** Values with their type and shape, row after row; as many as the product of the dimensions. */
export interface Tensor {
  readonly type: KnownType
  readonly shape: readonly number[]
  readonly data: TensorData
}

/** Tensors by the name of the input or output. */
export type Tensors = ReadonlyMap<string, Tensor>

/** A model that a server keeps open. Unlike `OpenModel` it takes tensors as they are, of any shape, all at once. */
export interface EngineModel {
  /** As it is served: a map from class to probability is a tensor with a column for each class. */
  readonly signature: Signature
  /** The classes of each output that is a map in the file, in the order of its columns. */
  readonly classes: ReadonlyMap<string, readonly string[]>
  /**
   * Runs the model once.
   *
   * @param wanted the outputs that are asked for; those of a type that cannot be read here are left out.
   * @throws ConfigError TY0403 when the runtime refuses the values or fails.
   */
  run(inputs: Tensors, wanted: readonly string[]): Promise<Tensors>
  /** Frees the model's memory. */
  close(): Promise<void>
}

/** One build of ONNX Runtime, loaded. */
export interface Engine {
  /** Which build it is, for people: `onnxruntime-web 1.30.0 (wasm)`. */
  readonly name: string
  /**
   * Opens a model from its bytes.
   *
   * @throws ConfigError TY0403 when the bytes are no ONNX model, or use what the runtime does not know.
   */
  open(bytes: Uint8Array, name: string): Promise<EngineModel>
}

/** The engine that is always there: WebAssembly, the same on every system, on one thread. */
export async function wasmEngine(): Promise<Engine> {
  const runtime = await loadRuntime()
  return {
    name: buildName(await wasmBuild()),
    open: (bytes, model) => open(runtime, { name: model, bytes, create: createSession }),
  }
}

/**
 * The engine for this processor: two to four times as fast. It is there where onnxruntime-node lies in `node_modules` beside the
 * bundle; undefined where it does not.
 *
 * @throws what Node says when it lies there and cannot be loaded (it was made for another system).
 */
export function nativeEngine(): Engine | undefined {
  const runtime = findNative()
  if (runtime === undefined) return undefined
  return {
    name: buildName(nativeBuild(runtime)),
    open: (bytes, model) =>
      open(runtime, { name: model, bytes, create: (plain) => createNativeSession(runtime, plain) }),
  }
}

interface ModelFile {
  readonly name: string
  readonly bytes: Uint8Array
  readonly create: (bytes: Uint8Array) => Promise<Session>
}

async function open(runtime: Runtime, { name, bytes, create }: ModelFile): Promise<EngineModel> {
  // The runtime cannot hand maps out: the gate reads such a model in the same way.
  const { bytes: plain, classes } = withoutMaps(bytes)
  const session = await explained(name, () => create(plain))
  const signature = signatureOf(session)
  const readable = new Set(signature.outputs.filter(({ type }) => isKnownType(type)).map((output) => output.name))
  return {
    signature,
    classes,
    run: (inputs, wanted) =>
      explained(name, () =>
        run(
          { runtime, session },
          inputs,
          [...wanted].filter((output) => readable.has(output)),
        ),
      ),
    close: () => session.release(),
  }
}

interface Opened {
  readonly runtime: Runtime
  readonly session: Session
}

async function run({ runtime, session }: Opened, inputs: Tensors, wanted: readonly string[]): Promise<Tensors> {
  const feeds: Record<string, InstanceType<Runtime['Tensor']>> = {}
  for (const [name, { type, data, shape }] of inputs) feeds[name] = new runtime.Tensor(type, data, shape)
  // Where the runtime is left to log by itself, it prints values of the request.
  const answer = await session.run(feeds, wanted, { logSeverityLevel: 4 })
  const tensors = new Map<string, Tensor>()
  for (const [name, { type, dims, data }] of Object.entries(answer))
    if (isKnownType(type)) tensors.set(name, { type, shape: dims, data })
  return tensors
}
