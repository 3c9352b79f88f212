import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LineSplitter } from '../../../core/engines/process/lines.ts'

function split(chunks: ReadonlyArray<string | Uint8Array>, options?: ConstructorParameters<typeof LineSplitter>[0]) {
  const lines = new LineSplitter(options)
  return [
    ...chunks.flatMap((chunk) => lines.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)),
    ...lines.end(),
  ]
}

describe('lines', () => {
  test.each<[name: string, chunks: string[], lines: string[]]>([
    ['nothing', [], []],
    ['a line with its end', ['one\n'], ['one']],
    ['a line without its end', ['one'], ['one']],
    ['empty lines are lines', ['\n\na\n'], ['', '', 'a']],
    ['a line in pieces', ['on', 'e\ntw', 'o\n'], ['one', 'two']],
    ['ends of Windows', ['one\r\ntwo\r\n'], ['one', 'two']],
    ['an end of Windows in two pieces', ['one\r', '\ntwo'], ['one', 'two']],
    ['a progress bar shows its last state', ['10%\r20%\r100%\n', 'done\n'], ['100%', 'done']],
    ['a progress bar that ends with its return', ['10%\r100%\r\n'], ['100%']],
    ['a progress bar in pieces', ['10%', '\r', '20%', '\r', '\n'], ['20%']],
    ['a progress bar without an end', ['10%\r20%'], ['20%']],
  ])('%s', (_name, chunks, lines) => {
    expect(split(chunks)).toEqual(lines)
  })

  test('a long progress bar gives a sign of life when ten seconds have passed', () => {
    let now = 0
    const lines = new LineSplitter({ now: () => now })
    const shown: string[] = []
    for (let percent = 1; percent <= 50; percent++) {
      now += 1000
      shown.push(...lines.push(Buffer.from(`\r${percent}%`)))
    }

    expect(shown).toEqual(['9%', '19%', '29%', '39%', '49%'])
    expect(lines.end()).toEqual(['50%'])
  })

  test('a very long line is cut, says by how much, and does not swallow the next', () => {
    expect(split(['x'.repeat(25), `${'x'.repeat(10)}\nnext\n`], { longest: 10 })).toEqual([
      `${'x'.repeat(10)} … (25 more characters)`,
      'next',
    ])
  })

  test('a line is never cut inside a character', () => {
    expect(split(['ab🚂cd\n'], { longest: 3 })).toEqual(['ab … (3 more characters)'])
  })

  test('bytes cut anywhere give the lines of the whole text', () => {
    const line = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\r\n]/g, ''))
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), fc.array(fc.nat(200)), (lines, cuts) => {
        const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''))
        const edges = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length]
        const chunks = edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge))

        expect(split(chunks)).toEqual(lines)
      }),
    )
  })
})
