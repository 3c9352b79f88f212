import { expect, test } from 'vitest'
import { code, plain, table } from '../../core/main/markdown.ts'

test('untrusted text cannot leave its code span or its table cell', () => {
  expect(code('a')).toBe('`a`')
  expect(code('a`b``c')).toBe('```a`b``c```')
  expect(code('`x`')).toBe('`` `x` ``')
  expect(code('a|b\n# c')).toBe('`a\\|b # c`')
})

test('untrusted text as plain words has nothing that Markdown or HTML acts on', () => {
  expect(plain('<img src=x> [a](b) *c* @team #1')).toBe('&lt;img src=x\\> \\[a\\]\\(b\\) \\*c\\* \\@team \\#1')
})

test('a table has one line for each row', () => {
  expect(table(['a', 'b'], [['1', '2']])).toBe('| a | b |\n| --- | --- |\n| 1 | 2 |')
})
