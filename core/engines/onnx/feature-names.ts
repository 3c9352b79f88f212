import { fieldsOf } from './wire.ts'

/** Places of fields in ModelProto and StringStringEntryProto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). */
const metadataProps = 14
const key = 1
const value = 2

/** The key of a model's metadata under which it names the columns of its matrix. */
export const featureNamesKey = 'feature_names'

/**
 * The columns of a model's matrix in their order, where its file names them in its metadata: `feature_names`, as a JSON list of texts
 * or as texts between commas.
 *
 * @returns Undefined where the file does not say them, or is no ONNX file.
 */
export function featureNamesOf(model: Uint8Array): readonly string[] | undefined {
  try {
    const entries = [...fieldsOf(model)].flatMap(({ number, bytes }) =>
      number === metadataProps && bytes !== undefined ? [entryOf(bytes)] : [],
    )
    const text = entries.find(([name]) => name === featureNamesKey)?.[1]
    const names = text === undefined ? [] : listed(text)
    return names.length === 0 || names.includes('') || new Set(names).size < names.length ? undefined : names
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function entryOf(entry: Uint8Array): readonly [name: string, text: string] {
  const fields = [...fieldsOf(entry)]
  const text = (place: number) => new TextDecoder().decode(fields.find(({ number }) => number === place)?.bytes)
  return [text(key), text(value)]
}

function listed(text: string): readonly string[] {
  if (!text.trimStart().startsWith('[')) return text.split(',').map((name) => name.trim())
  try {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) && list.every((name) => typeof name === 'string') ? list : []
  } catch (error) {
    if (error instanceof SyntaxError) return []
    throw error
  }
}
