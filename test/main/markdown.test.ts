import { expect, test } from 'vitest'
import { code, plain, table } from '../../core/main/markdown.ts'

test('untrusted text cannot leave its code span or its table cell', () => {
  expect(code('a')).toBe('`a`')
  expect(code('a`b``c')).toBe('```a`b``c```')
  expect(code('`x`')).toBe('`` `x` ``')
  expect(code('a|b\n# c')).toBe('`a\\|b # c`')
})

test('untrusted text as plain words has nothing that Markdown or HTML acts on', () => {
  expect(plain('<img src=x> [a](b) *c* @team #1')).toBe('&lt;img src=x> \\[a\\](b) \\*c\\* \\@team \\#1')
})

test.each([
  ['- item', '\\- item'],
  ['> quoted', '\\> quoted'],
  ['12. item', '12\\. item'],
  ['=====', '\\====='],
])('plain words begin no list, quotation or heading: %s', (text, escaped) => {
  expect(plain(text)).toBe(escaped)
})

test('numbers stay readable', () => {
  expect(plain('Log loss is -0.5 (between -1.2 and +2).')).toBe('Log loss is -0.5 (between -1.2 and +2).')
})

test('a table has one line for each row', () => {
  expect(table(['a', 'b'], [['1', '2']])).toBe('| a | b |\n| --- | --- |\n| 1 | 2 |')
})
