import { expect, test } from 'vitest'
import { ConfigError } from '../../core/errors/errors.ts'
import { parseReported, readReported } from '../../core/train/metrics.ts'

test('metrics and parameters are read', () => {
  expect(parseReported('{"metrics": {"auc": 0.9}, "params": {"depth": 3, "kind": "trees", "bagged": false}}')).toEqual({
    metrics: { auc: 0.9 },
    params: { depth: 3, kind: 'trees', bagged: false },
  })
})

test('an object of numbers alone is metrics', () => {
  expect(parseReported('{"auc": 0.9}')).toEqual({ metrics: { auc: 0.9 }, params: {} })
})

test('a command that wrote no file reported nothing', async () => {
  expect(await readReported('/no/such/file.json')).toEqual({ metrics: {}, params: {} })
})

test('everything that is neither is reported at once', () => {
  const attempt = () =>
    parseReported('{"metrics": {"auc": "high", "loss": null, "f1": 0.5}, "params": {"layers": [1, 2]}}')

  expect(attempt).toThrow(ConfigError)
  try {
    attempt()
  } catch (error) {
    expect(error instanceof ConfigError ? error.faults.map(({ subject }) => subject) : error).toEqual([
      'auc',
      'loss',
      'layers',
    ])
  }
})

test.each(['', 'NaN', '[1]', '{"metrics": 3}'])('a file that is no such object is refused: %s', (text) => {
  expect(() => parseReported(text)).toThrow(ConfigError)
})
