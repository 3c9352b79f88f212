import { setImmediate } from 'node:timers/promises'
import { ConfigError, errorMessage } from '../../errors/errors.ts'
import type { Signature, TensorSignature } from '../../records/model.ts'
import { type Batch, batches, type Data } from './batches.ts'
import { withoutMaps } from './maps.ts'
import { createNativeSession } from './native.ts'
import { createSession, loadRuntime, type Runtime, type Session } from './runtime.ts'
import { notATensor, signatureOf } from './signature.ts'
import { type Column, isKnownType, joined, type TensorData } from './tensors.ts'

export type { Column } from './tensors.ts'

/** One output over all rows. `shape[0]` is the number of rows. */
export interface Output {
  readonly type: string
  readonly shape: readonly number[]
  readonly data: TensorData
}

/**
 * The outputs by name. A map from class to probability is its probabilities, a column for each class. What is no tensor, or does
 * not have one row per row of the input, is left out.
 */
export type Outputs = Readonly<Record<string, Output>>

export interface PredictOptions {
  readonly signal?: AbortSignal
  /** Told after each batch, from 0 to 1. */
  readonly onProgress?: (fraction: number) => void
  /** Rows at a time, where the model leaves the number free. */
  readonly batchRows?: number
}

/** An ONNX model, ready to predict. */
export interface OpenModel {
  readonly signature: Signature
  /** The classes of each output that is a map in the file, in the order of its columns. */
  readonly classes: ReadonlyMap<string, readonly string[]>
  /**
   * Predicts all rows, in batches; between them the process can do other things. Needs a column for each input.
   *
   * @throws ConfigError TY0304 when a column is missing, has another length than the rows need, or values that the model cannot
   *   take; TY0403 when the runtime fails; and the reason of the signal.
   */
  predict(columns: Readonly<Record<string, Column>>, rows: number, options?: PredictOptions): Promise<Outputs>
  /** Frees the model's memory. */
  close(): Promise<void>
}

/** Large enough that the runtime's own overhead does not count, small enough that a step can be cancelled at once. */
const defaultBatchRows = 4096

export interface OpenOptions {
  /** What the model is called, for errors. */
  readonly name?: string
  /** The build for this processor that evaluates it, as `findNative` gives it; the WebAssembly build when not given. */
  readonly native?: Runtime | undefined
}

/**
 * Opens an ONNX model from its bytes. Nothing is fetched and nothing but the bytes is read: a model that keeps its weights in
 * files beside it cannot be opened.
 *
 * @throws ConfigError TY0403 when the bytes are no ONNX model, or use what the runtime does not know.
 */
export async function openModel(bytes: Uint8Array, options: OpenOptions = {}): Promise<OpenModel> {
  const { name = 'the model', native } = options
  const { bytes: plain, classes } = withoutMaps(bytes)
  const create = () => (native === undefined ? createSession(plain) : createNativeSession(native, plain))
  const session = await explained(name, create)
  const { inputs, outputs } = signatureOf(session)
  const signature = { inputs, outputs: outputs.map((output) => (classes.has(output.name) ? mapOf(output) : output)) }
  const wanted = outputs.filter(({ type }) => isKnownType(type)).map((output) => output.name)
  return {
    signature,
    classes,
    predict: (columns, rows, how = {}) => predict({ session, native, signature, wanted, name }, { columns, rows }, how),
    close: () => session.release(),
  }
}

/** What callers of the file itself get. */
function mapOf({ name }: TensorSignature): TensorSignature {
  return { name, type: notATensor, shape: [] }
}

interface Opened {
  readonly session: Session
  readonly native: Runtime | undefined
  readonly signature: Signature
  /** The outputs that can be read. */
  readonly wanted: readonly string[]
  readonly name: string
}

type Rows = Pick<Data, 'columns' | 'rows'>

async function predict(model: Opened, data: Rows, options: PredictOptions): Promise<Outputs> {
  const { wanted } = model
  const pieces = new Map<string, Output[]>(wanted.map((name) => [name, []]))
  for (const batch of batches(model.signature, { ...data, largest: options.batchRows ?? defaultBatchRows })) {
    options.signal?.throwIfAborted()
    // The columns fit; there is nothing that could be read.
    if (wanted.length === 0) return {}
    const answer = await explained(model.name, () => run(model, batch))
    for (const [name, output] of Object.entries(answer)) {
      if (output.shape[0] === batch.size) pieces.get(name)?.push(firstRows(output, batch.rows))
    }
    options.onProgress?.(batch.done)
    // The runtime blocks this thread; in between, a signal of the runner must be heard.
    await setImmediate()
  }
  return Object.fromEntries([...pieces].flatMap(([name, parts]) => (parts.length === 0 ? [] : [[name, whole(parts)]])))
}

async function run({ session, native, wanted }: Opened, { feeds }: Batch): Promise<Outputs> {
  const { Tensor } = native ?? (await loadRuntime())
  const given = Object.entries(feeds).map(
    ([name, { type, data, dims }]) => [name, new Tensor(type, data, dims)] as const,
  )
  const answer = await session.run(Object.fromEntries(given), wanted)
  return Object.fromEntries(
    Object.entries(answer).map(([name, { type, dims, data }]) => [name, { type, shape: dims, data }]),
  )
}

function firstRows({ type, shape: [size = 0, ...row], data }: Output, rows: number): Output {
  const width = size === 0 ? 0 : data.length / size
  return { type, shape: [rows, ...row], data: rows === size ? data : data.slice(0, rows * width) }
}

function whole(parts: readonly Output[]): Output {
  const { type = '', shape: [, ...row] = [] } = parts[0] ?? {}
  const rows = parts.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0)
  return { type, shape: [rows, ...row], data: joined(parts.map(({ data }) => data)) }
}

/**
 * Runs something of the runtime's and says in words what it complains about.
 *
 * @param name of the model, for the sentence
 * @throws ConfigError TY0403 when the runtime fails.
 */
export async function explained<T>(name: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    throw new ConfigError({ code: 'TY0403', details: `${name} ${inWords(errorMessage(error))}`, cause: error })
  }
}

function inWords(message: string): string {
  if (/protobuf parsing failed|No graph was found/.test(message)) return 'is not an ONNX file, or is cut off'
  const operator = /([\w.]+:\w+)\(-?\d+\) is not a registered|No Op registered for (\w+)/.exec(message)
  const unknown = operator?.[1] ?? operator?.[2]
  if (unknown !== undefined) return `uses an operator that the runtime does not know: ${unknown}`
  return `is refused by the runtime: ${message.replace(/^.*ERROR_MESSAGE: /s, '')}`
}
