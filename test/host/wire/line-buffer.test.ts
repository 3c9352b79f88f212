import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { linesOf } from '../../../core/host/wire/harmless.ts'
import { LineBuffer } from '../../../core/host/wire/line-buffer.ts'

const asIs = (text: string) => text

function joined(chunks: readonly string[], redact = asIs): readonly string[] {
  const buffer = new LineBuffer(redact)
  return [...chunks.flatMap((chunk) => buffer.push(chunk)), ...buffer.flush()]
}

describe('lines', () => {
  test('are the same however a text is cut into chunks', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', '\r', '\n', '\r\n'), { maxLength: 30 })
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, fc.array(fc.nat(30)), (whole, cuts) => {
        const places = [0, ...cuts.filter((cut) => cut <= whole.length).sort((a, b) => a - b), whole.length]
        const chunks = places.slice(1).map((place, index) => whole.slice(places[index], place))
        const expected = [...linesOf(whole)]
        if (expected.at(-1) === '') expected.pop()

        expect(joined(chunks)).toEqual(expected)
      }),
    )
  })

  test('hide a secret that is cut in two', () => {
    const redact = (text: string) => text.replaceAll('secret', '***')

    expect(joined(['a sec', 'ret b\nthe end: s', 'ecret'], redact)).toEqual(['a *** b', 'the end: ***'])
  })

  test('an endless line is handed on in parts, and no secret is lost at a cut', () => {
    const redact = (text: string) => text.replaceAll('secret', '***')
    const buffer = new LineBuffer(redact)

    const lines = [...buffer.push(`${'x'.repeat(70_000)}sec`), ...buffer.push('ret and more\n')]

    expect(lines).toHaveLength(2)
    expect(lines.join('')).toHaveLength(70_000 + '*** and more'.length)
    expect(lines.join('')).not.toContain('secret')
  })
})
