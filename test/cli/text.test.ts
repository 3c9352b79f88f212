import { describe, expect, test } from 'vitest'
import { harmless, textTable, when } from '../../core/cli/text-table.ts'
import { textTree } from '../../core/cli/text-tree.ts'

describe('a table', () => {
  test('has aligned columns and no spaces at the ends of lines', () => {
    const rows = [
      ['flights', '12', 'a'],
      ['x', '3', ''],
    ]

    expect(textTable(['model', 'latest', 'note'], rows)).toBe('MODEL    LATEST  NOTE\nflights  12      a\nx        3')
  })

  test('is cut at its width, and says that it was', () => {
    expect(textTable(['a', 'b'], [['1', 'long words']], 8)).toBe('A  B\n1  long…')
  })

  test('counts what a person sees: a letter with its accent is one', () => {
    expect(
      textTable(
        ['a', 'b'],
        [
          ['e\u0301', '1'],
          ['xy', '3'],
        ],
      ).split('\n')[1],
    ).toBe('e\u0301   1')
  })

  test('cannot be made to speak to the terminal', () => {
    expect(textTable(['a'], [['\u001B[31mred\u001B[0m\r\nnext \u202Eback']])).toBe('A\n [31mred [0m next  back')
  })
})

test('a harmless text keeps letters of all scripts', () => {
  expect(harmless('Zürich 東京\tmodel\u2028x')).toBe('Zürich 東京 model x')
})

test('a time is shown in UTC to the minute', () => {
  expect(when('2026-11-25T00:59:59.999Z')).toBe('2026-11-25 00:59')
})

test('a tree shows what belongs to what', () => {
  const tree = { text: 'a', below: [{ text: 'b', below: [{ text: 'c' }, { text: 'd\u0007' }] }, { text: 'e' }] }

  expect(textTree(tree)).toBe('a\n├─ b\n│  ├─ c\n│  └─ d \n└─ e')
})
