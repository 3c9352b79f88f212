import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Tensors } from '../../core/engines/onnx/engine.ts'
import { RunQueue, type Runnable } from '../../core/scoring/run-queue.ts'

/** A model that takes its time: 10 ms for each row, in which this thread does nothing else, as the real ones. */
function slowModel(rowMs: number): { target: Runnable; sizes: number[] } {
  const sizes: number[] = []
  const run = (inputs: Tensors): Promise<Tensors> => {
    const x = inputs.get('x')
    const rows = x?.shape[0] ?? 0
    sizes.push(rows)
    const end = performance.now() + rows * rowMs
    while (performance.now() < end);
    return Promise.resolve(new Map([['y', { type: 'float32', shape: [rows], data: x?.data ?? [] }]]))
  }
  const model = {
    signature: { inputs: [], outputs: [] },
    classes: new Map<string, string[]>(),
    run,
    close: () => Promise.resolve(),
  }
  return { target: { model, isBatched: true, rowMs, onRun: () => undefined }, sizes }
}

const request = (value: number) => ({
  id: undefined,
  outputs: [{ name: 'y', isBinary: false }],
  inputs: new Map([['x', { type: 'float32' as const, shape: [1, 1], data: Float32Array.of(value) }]]),
})

test('rows of a slow model are joined into short runs, and others are heard between them', async () => {
  const queue = new RunQueue({ maxQueue: 100, maxBatchRows: 100 })
  const { target, sizes } = slowModel(10)
  let turns = 0
  const results = Promise.all(
    Array.from({ length: 9 }, (_, at) => queue.run({ target, request: request(at), isAbandoned: () => false })),
  )
  while (queue.length > 0) {
    await nextTurn()
    turns += 1
  }

  expect((await results).map((outputs) => outputs?.get('y')?.data[0])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  expect(Math.max(...sizes)).toBe(2)
  expect(turns).toBeGreaterThanOrEqual(5)
})

test('a row that is slower than the longest run is run alone', async () => {
  const queue = new RunQueue({ maxQueue: 100, maxBatchRows: 100 })
  const { target, sizes } = slowModel(40)
  const two = [1, 2].map((value) => queue.run({ target, request: request(value), isAbandoned: () => false }))
  await Promise.all(two)

  expect(sizes).toEqual([1, 1])
})
