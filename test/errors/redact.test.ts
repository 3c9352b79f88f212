import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Redactor } from '../../core/errors/redact.ts'

const secret = 'p4ss word/+&"ü'

function redactorFor(...secrets: string[]): Redactor {
  const redactor = new Redactor()
  for (const one of secrets) redactor.add(one)
  return redactor
}

describe('a secret is hidden', () => {
  test.each([
    ['as it is', secret],
    ['URL-encoded', encodeURIComponent(secret)],
    ['form-encoded', encodeURIComponent(secret).replaceAll('%20', '+')],
    ['in base64', Buffer.from(secret).toString('base64')],
    ['in base64 for addresses', Buffer.from(secret).toString('base64url')],
    ['inside a JSON string', JSON.stringify({ secret }).slice(11, -2)],
  ])('%s', (_, form) => {
    expect(redactorFor(secret).redact(`before ${form} after`)).not.toContain(form.replace(/=+$/, ''))
  })

  test.each([0, 1, 2])('in the base64 of a longer text, %i bytes in', (offset) => {
    const encoded = Buffer.from(`${'u'.repeat(offset)}${secret}:more`).toString('base64')

    const shown = redactorFor(secret).redact(encoded)

    expect(shown).toContain('***')
    expect(Buffer.from(shown.replaceAll('*', ''), 'base64').toString()).not.toContain(secret.slice(2, -2))
  })

  test('line by line when it has several lines', () => {
    const key = '-----BEGIN KEY-----\nabcdefgh\r\nijklmnop\n-----END KEY-----'

    expect(redactorFor(key).redact('saw ijklmnop here')).toBe('saw *** here')
  })

  test('the longest one first, so that no rest of a longer secret stays', () => {
    expect(redactorFor('abcd', 'abcdefgh').redact('abcdefgh')).toBe('***')
  })
})

test('very short and blank secrets hide nothing', () => {
  expect(redactorFor('', '  ', 'abc').redact('abc and blanks   stay')).toBe('abc and blanks   stay')
})

test('no secret of at least four characters survives in any text', () => {
  const anySecret = fc.string({ minLength: 4 }).filter((text) => text.trim().length >= 4 && !/[\r\n*]/.test(text))
  fc.assert(
    fc.property(anySecret, fc.string(), fc.string(), (hidden, before, after) => {
      expect(redactorFor(hidden).redact(before + hidden + after)).not.toContain(hidden)
    }),
  )
})
