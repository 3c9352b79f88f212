import fc from 'fast-check'
import { expect, test } from 'vitest'
import { escape } from '../../../core/cli/report/escape.ts'
import { html, styles } from '../../../core/cli/report/html.ts'
import { link } from '../../../core/cli/report/words.ts'
import { parse } from './parse.ts'

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', ';', '/', '!', '-', ']', '=', ' ', 'a', '#', 'x') }),
)

test('no text is more than text, in an element and in an attribute', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const { elements, text: words } = parse(html`<a title="${text}">${text}</a>`.toString())

      expect(elements).toHaveLength(1)
      expect(elements[0]?.attributes.get('title')).toBe(words)
    }),
  )
})

test('fit text comes out as it went in', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(parse(html`<p>${text}</p>`.toString()).text).toBe(text)
    }),
  )
})

test.each([
  ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
  [`" onload='x'`, '&quot; onload=&#39;x&#39;'],
  ['&amp;', '&amp;amp;'],
  ['a\u0000b\u001B[2J', 'a\uFFFDb\uFFFD[2J'],
  ['user\u202Etxt.exe', 'user\uFFFDtxt.exe'],
  ['half \uD800 pair', 'half \uFFFD pair'],
  ['\u{1F682} train', '\u{1F682} train'],
])('%j is written %j', (text, written) => {
  expect(escape(text)).toBe(written)
})

test('what was made by the template is not escaped again, text in a list is', () => {
  expect(html`<ul>${['<', html`<li>${'&'}</li>`, undefined, 7]}</ul>`.toString()).toBe('<ul>&lt;<li>&amp;</li>7</ul>')
})

test('a style sheet that would end its element is refused', () => {
  expect(() => styles('</style><script>')).toThrow(RangeError)
})

test.each([
  'javascript:alert(1)',
  'data:text/html,x',
  'file:///etc/passwd',
  '//evil.example',
  'https://',
  ' https://x',
  '',
])('%j is no address to lead to', (address) => {
  expect(link('ada', address).toString()).toBe('ada')
})

test('an address is escaped where it leads somewhere', () => {
  expect(link('ada', 'https://ci.example/?a=1&b="').toString()).toBe(
    '<a href="https://ci.example/?a=1&amp;b=&quot;" rel="noreferrer noopener">ada</a>',
  )
})
