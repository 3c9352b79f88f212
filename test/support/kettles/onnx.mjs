// Writes a logistic regression as ONNX (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto), whose wire format is that of
// Protocol Buffers: a field is its number and type, then a varint or a length and bytes.

/** @param {number} value @returns {number[]} */
const varint = (value) => (value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))])
/** @param {number} field @param {number} value */
const number = (field, value) => Buffer.from([...varint(field * 8), ...varint(value)])
/** @param {number} field @param {string | Buffer} content */
const bytes = (field, content) => {
  const body = Buffer.from(content)
  return Buffer.concat([Buffer.from([...varint(field * 8 + 2), ...varint(body.length)]), body])
}
/** @param {number} field @param {Buffer[]} parts */
const message = (field, ...parts) => bytes(field, Buffer.concat(parts))

const float = 1

/** @param {string} name @param {number[]} dims @param {number[]} values */
const tensor = (name, dims, values) =>
  message(
    5,
    ...dims.map((dim) => number(1, dim)),
    number(2, float),
    bytes(8, name),
    bytes(9, Buffer.from(Float32Array.from(values).buffer)),
  )
/** @param {number} field @param {string} name @param {number} width */
const matrix = (field, name, width) => {
  const shape = message(2, message(1, bytes(2, 'rows')), message(1, number(1, width)))
  return message(field, bytes(1, name), message(2, message(1, number(1, float), shape)))
}
/** @param {string} operator @param {string[]} inputs @param {string} output */
const node = (operator, inputs, output) =>
  message(1, ...inputs.map((name) => bytes(1, name)), bytes(2, output), bytes(4, operator))

/**
 * Probability of the second class: input `x` [rows, weights], output `probability` [rows, 1].
 * @param {number[]} weights
 * @param {number} bias
 */
export function logistic(weights, bias) {
  const graph = message(
    7,
    node('Gemm', ['x', 'weights', 'bias'], 'score'),
    node('Sigmoid', ['score'], 'probability'),
    bytes(2, 'kettles'),
    tensor('weights', [weights.length, 1], weights),
    tensor('bias', [1], [bias]),
    matrix(11, 'x', weights.length),
    matrix(12, 'probability', 1),
  )
  const opset = message(8, bytes(1, ''), number(2, 17))
  return Buffer.concat([number(1, 8), graph, opset])
}
