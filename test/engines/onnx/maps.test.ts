import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { withoutMaps } from '../../../core/engines/onnx/maps.ts'
import { openModel } from '../../../core/engines/onnx/model.ts'

const fixtures = join(import.meta.dirname, '../../fixtures/onnx')
const bytesOf = (name: string) => readFile(join(fixtures, `${name}.onnx`))

/** What scikit-learn says of forty rows; maps.py made it. */
const oracle = JSON.parse(await readFile(join(fixtures, 'maps.json'), 'utf8')) as {
  readonly x: readonly (readonly number[])[]
  readonly models: Readonly<
    Record<string, { readonly classes: string[]; readonly label: string[]; readonly probabilities: number[][] }>
  >
}
const x = Float32Array.from(oracle.x.flat())

async function predicted(bytes: Uint8Array) {
  const model = await openModel(bytes)
  try {
    return { classes: model.classes, outputs: await model.predict({ x }, 40, { batchRows: 16 }) }
  } finally {
    await model.close()
  }
}

describe('probabilities that a model of scikit-learn gives as maps', () => {
  test.each(Object.entries(oracle.models))('are those of scikit-learn: %s', async (name, expected) => {
    const { classes, outputs } = await predicted(await bytesOf(`map-${name}`))

    expect(classes).toEqual(new Map([['output_probability', expected.classes]]))
    expect(Array.from<unknown>(outputs['output_label']?.data ?? []).map(String)).toEqual(expected.label)
    const { data = [], shape } = outputs['output_probability'] ?? {}
    expect(shape).toEqual([40, expected.classes.length])
    const differences = expected.probabilities.flat().map((p, at) => Math.abs(p - Number(data[at])))
    expect(Math.max(...differences)).toBeLessThan(1e-6)
  })

  test('come out of a file that has only the operators of ai.onnx.ml', async () => {
    const { classes, outputs } = await predicted(await bytesOf('map-alone'))

    expect([...classes]).toEqual([['map', ['0', '1']]])
    const [first = 0, second = 0] = Array.from<unknown>(outputs['map']?.data ?? []).map(Number)
    const score = 2 * (x[0] ?? 0)
    expect(second).toBeCloseTo(1 / (1 + Math.exp(-score)), 6)
    expect(first + second).toBeCloseTo(1, 6)
  })
})

describe('a file without such maps', () => {
  test.each(['flights', 'columns-int2', 'sequence', 'types', 'map-goes-on'])('stays as it is: %s', async (name) => {
    const bytes = await bytesOf(name)

    expect(withoutMaps(bytes)).toEqual({ bytes, classes: new Map() })
  })

  test('stays as it is where it only speaks of them, or is cut off', async () => {
    const bytes = await bytesOf('map-int2')
    const cut = bytes.subarray(0, bytes.indexOf('ZipMap') + 20)

    for (const each of [Buffer.from('a ZipMap'), cut]) expect(withoutMaps(each).bytes).toBe(each)
  })
})
