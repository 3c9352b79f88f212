/** A model file with this metadata `feature_names` after all else, in protobuf's wire format: field 14, with a key and a value. */
export function withMetadata(model: Uint8Array, text: string): Uint8Array {
  const field = (number: number, body: Uint8Array) => Buffer.concat([Buffer.from([number * 8 + 2, body.length]), body])
  const entry = Buffer.concat([field(1, Buffer.from('feature_names')), field(2, Buffer.from(text))])
  // Lengths over 127 would take another byte.
  if (entry.length > 127) throw new RangeError('the metadata of a test are short')
  return Buffer.concat([model, field(14, entry)])
}
