import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { root } from '../../scripts/lib/sources.mjs'
import { nodes } from '../support/nodes.ts'
import { needTool } from '../support/tools.ts'
import { ScoringServer } from './scoring-server.ts'

interface Oracle {
  readonly label: string[]
  readonly probabilities: number[]
}

test.for(nodes())("NVIDIA's client is served on $name, by JSON and by binary tensors", async ({ path }, context) => {
  const python = needTool(context, 'tritonclient')
  await using server = await ScoringServer.start(path, { models: ['flights', 'types'] })
  const rows = join(root, 'test/fixtures/onnx/flights.json')
  const oracle = JSON.parse(await readFile(rows, 'utf8')) as Oracle

  const { stdout } = await promisify(execFile)(python, [
    join(root, 'test/scoring/triton_client.py'),
    new URL(server.url).host,
    rows,
  ])
  const seen = JSON.parse(stdout) as Record<'binary' | 'json' | 'mixed', Oracle> & Record<string, unknown>

  expect(seen).toMatchObject({
    live: true,
    ready: true,
    model_ready: [true, true, false],
    server: { name: 'trainyard', extensions: ['binary_tensor_data'] },
    model: {
      name: 'flights',
      versions: ['1'],
      inputs: [{ name: 'dep_delay', datatype: 'FP32', shape: [-1, 1] }, {}, {}],
    },
    refusal: { status: '404', message: 'There is no model "none"; there is "flights", "types"' },
  })
  const all = { b: true, f64: true, i8: true, i32: true, i64: true, s: true, u8: true }
  expect(seen['identity']).toEqual([all, all])
  for (const form of ['binary', 'json', 'mixed'] as const) {
    expect(seen[form]).toMatchObject({ id: 'seen-7', label: oracle.label })
    for (const [at, value] of seen[form].probabilities.entries())
      expect(value).toBeCloseTo(oracle.probabilities[at] ?? 0, 5)
  }
})
