import { describe, expect, it } from 'vitest'
import { filled } from './page.ts'

const page =
  'Before.\n\n<!-- sim:gate one -->\n\nold\n\n<!-- end -->\n\nBetween.\n\n<!-- sim:gate two -->\n<!-- end -->\n'

describe('a page', () => {
  it('gets the lines of a table between its own markers, and keeps all else', () => {
    expect(filled(filled(page, 'two', ['| b |']), 'one', ['| a |', '', 'text'])).toBe(
      'Before.\n\n<!-- sim:gate one -->\n\n| a |\n\ntext\n\n<!-- end -->\n\nBetween.\n\n<!-- sim:gate two -->\n\n| b |\n\n<!-- end -->\n',
    )
  })

  it('says which table it has no place for', () => {
    expect(() => filled(page, 'three', [])).toThrow('the page has no place for the table "three"')
  })
})
