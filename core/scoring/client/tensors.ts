import { z } from 'zod'
import type { Tensor, Tensors } from '../../engines/onnx/engine.ts'
import { type KnownType, stores, type TensorData } from '../../engines/onnx/tensors.ts'
import { errorMessage, ExternalError } from '../../errors/errors.ts'
import { datatypeOf } from '../protocol/datatypes.ts'
import { valuesFromJson } from '../protocol/json-values.ts'
import { parseJson } from '../protocol/parse-json.ts'
import { jsonValues } from '../protocol/response.ts'

/** One input of a request, as the batches of an ONNX model have it. */
export interface Feed {
  readonly type: KnownType
  readonly data: TensorData
  readonly dims: readonly number[]
}

const answerShape = z.object({
  outputs: z.array(
    z.object({
      name: z.string(),
      datatype: z.string(),
      shape: z.array(z.int().nonnegative()),
      data: z.array(z.unknown()),
    }),
  ),
})

const knownTypes = [...(Object.keys(stores) as (keyof typeof stores)[]), 'string'] as const

/** ONNX's name for a datatype of the Open Inference Protocol; undefined for one that is not known here. */
export function typeOf(datatype: string): KnownType | undefined {
  return knownTypes.find((type) => datatypeOf(type) === datatype)
}

/** An inference request of the Open Inference Protocol, as JSON. */
export function writeRequest(feeds: Readonly<Record<string, Feed>>): string {
  const inputs = Object.entries(feeds).map(([name, { type, data, dims }]) => {
    const values = jsonValues({ type, shape: dims, data })
    return `{"name":${JSON.stringify(name)},"datatype":"${datatypeOf(type)}","shape":[${dims.join(',')}],"data":[${values}]}`
  })
  return `{"inputs":[${inputs.join(',')}]}`
}

/**
 * Reads the answer to an inference request.
 *
 * @param address who answered, for the error
 * @throws ExternalError TY0501 when it is none.
 */
export function readAnswer(text: string, address: string): Tensors {
  try {
    const { outputs } = answerShape.parse(parseJson(Buffer.from(text, 'utf8'), { isExact: true }))
    return new Map(outputs.map((output) => [output.name, tensorOf(output)]))
  } catch (cause) {
    const facts = { operation: 'read the answer of the scoring server', address }
    throw new ExternalError({ facts, details: errorMessage(cause), cause })
  }
}

type Output = z.output<typeof answerShape>['outputs'][number]

function tensorOf({ name, datatype, shape, data }: Output): Tensor {
  const type = typeOf(datatype)
  if (type === undefined) throw new Error(`the output ${name} has the datatype ${datatype}, which is not known here`)
  return { type, shape, data: valuesFromJson(data, { type, shape, where: name }) }
}
