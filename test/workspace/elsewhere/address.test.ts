import { describe, expect, test } from 'vitest'
import { InputError } from '../../../core/errors/errors.ts'
import { isElsewhere, parseElsewhere } from '../../../core/workspace/elsewhere/address.ts'

const digest = `sha256:${'ab'.repeat(32)}`

function refusalOf(text: string): InputError {
  try {
    parseElsewhere(text)
  } catch (error) {
    if (error instanceof InputError) return error
  }
  throw new Error(`${text} was not refused`)
}

describe('addresses of files', () => {
  test.each([
    ['hf://acme/flights@main', { kind: 'hf', repository: 'acme/flights', revision: 'main', path: undefined }],
    ['hf://gpt2@v1.0/onnx/model.onnx', { kind: 'hf', repository: 'gpt2', revision: 'v1.0', path: 'onnx/model.onnx' }],
    [
      `oci://registry.example:5000/acme/flights@${digest}`,
      { kind: 'oci', registry: 'registry.example:5000', repository: 'acme/flights', reference: digest },
    ],
    [
      'oci://ghcr.io/acme/flights:v1',
      { kind: 'oci', registry: 'ghcr.io', repository: 'acme/flights', reference: 'v1' },
    ],
    [
      `https://example.com/m.onnx#${digest.replace(':', '=')}`,
      { kind: 'https', url: 'https://example.com/m.onnx', digest },
    ],
  ])('%s is read', (text, address) => {
    expect(parseElsewhere(text)).toEqual(address)
    expect(isElsewhere(text)).toBe(true)
  })

  test.each([
    'hf://acme/flights',
    'hf://acme/../flights@main',
    'hf://acme/flights@main/../../x',
    'hf://acme/flights@main/a//b',
    'hf://acme/flights@..',
    'oci://ghcr.io/acme/flights',
    'oci://ghcr.io/../flights:v1',
    'http://example.com/m.onnx',
    'https://ann:secret@example.com/m.onnx',
    'https://example.com/m.onnx?X-Amz-Signature=abc',
    'file:///etc/passwd',
    's3://bucket',
    's3://ann:secret@bucket/key',
    's3://bucket/key?versionId=3',
    'model.onnx',
  ])('%s is refused, with the forms that exist', (text) => {
    const error = refusalOf(text)
    expect(error.faults).toMatchObject([{ subject: 'reference', problem: 'is no address of files' }])
    expect(JSON.stringify(error.faults)).not.toMatch(/secret|abc/)
  })

  test('the places of a folder, a branch and nothing are no addresses', () => {
    for (const place of [undefined, 'g0123456789abcdef', 'ab'.repeat(16)]) expect(isElsewhere(place)).toBe(false)
  })
})
