import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../core/scoring/config.ts'
import { ConfigError } from '../../core/errors/errors.ts'
import { faultLine } from '../../core/errors/render.ts'

const model = { name: 'flights', version: 3, file: 'models/flights.onnx', digest: `sha256:${'a'.repeat(64)}` }

function faults(content: unknown): readonly string[] {
  try {
    parseConfig(typeof content === 'string' ? content : JSON.stringify(content), 'serve.json')
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map(faultLine)
    throw error
  }
  return []
}

describe('serve.json', () => {
  test('needs models alone; the rest has defaults', () => {
    expect(parseConfig(JSON.stringify({ models: [model] }), 'serve.json')).toEqual({
      models: [model],
      host: '127.0.0.1',
      port: 8080,
      engine: 'auto',
      batching: 'auto',
      maxBatchRows: 256,
      maxQueue: 512,
      maxBodyBytes: 8_388_608,
      requestTimeoutMs: 30_000,
      noticeMs: 250,
      drainMs: 20_000,
      accessLog: false,
    })
  })

  test('may serve several versions of a name', () => {
    expect(faults({ models: [model, { ...model, version: 4 }] })).toEqual([])
  })

  test.each<[content: unknown, fault: RegExp]>([
    ['{', /^serve\.json \(in serve\.json\) is not JSON$/],
    [{}, /^models \(in serve\.json\) is not valid: /],
    [{ models: [] }, /^models \(in serve\.json\) is not valid: .*>=1/],
    [{ models: [model], ports: 1 }, /^ports \(in serve\.json\) is not a known key$/],
    [{ models: [{ ...model, alias: 'x' }] }, /^models\.0\.alias \(in serve\.json\) is not a known key$/],
    [{ models: [model, model] }, /^models\.1 \(in serve\.json\) serves flights@3 a second time$/],
    [{ models: [{ ...model, file: '/etc/passwd' }] }, /^models\.0\.file .* leaves the folder$/],
    [{ models: [{ ...model, file: 'models/../../x.onnx' }] }, /^models\.0\.file .* leaves the folder$/],
    [{ models: [{ ...model, file: '..\\x.onnx' }] }, /^models\.0\.file .* leaves the folder$/],
    [{ models: [{ ...model, file: 'C:/x.onnx' }] }, /^models\.0\.file .* leaves the folder$/],
    [{ models: [{ ...model, digest: 'sha256:abc' }] }, /^models\.0\.digest .*64 hexadecimal digits$/],
    [{ models: [{ ...model, name: 'a/b' }] }, /^models\.0\.name /],
    [{ models: [{ ...model, version: '3' }] }, /^models\.0\.version /],
    [{ models: [model], port: 70_000 }, /^port /],
    [{ models: [model], maxQueue: 0 }, /^maxQueue /],
  ])('%j is refused with its place', (content, fault) => {
    expect(faults(content)).toEqual([expect.stringMatching(fault)])
  })

  test('is refused with everything that is wrong', () => {
    expect(faults({ models: [{ ...model, version: 0, digest: '' }], port: -1, extra: 1 })).toHaveLength(4)
  })
})
