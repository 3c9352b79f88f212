import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseQuery } from '../../../core/workspace/search/parse.ts'
import { fields, isField, isNamed, type SearchKind, searchKinds } from '../../../core/workspace/search/query.ts'
import { root } from '../../../scripts/lib/sources.mjs'

const page = readFileSync(join(root, 'docs/search.md'), 'utf8')
const kindOf = (word: string | undefined): SearchKind => {
  const kind = searchKinds.find((one) => one === word)
  if (kind === undefined) throw new Error(`no kind: ${String(word)}`)
  return kind
}
const blocks = (name: string) =>
  Array.from(page.matchAll(new RegExp(`^\`\`\`${name} (\\w+)\\n([^]*?)\\n\`\`\`$`, 'gm')), ([, kind, text = '']) => ({
    kind: kindOf(kind),
    lines: text.split('\n'),
  }))

test.each(blocks('search').flatMap(({ kind, lines }) => lines.map((line) => [kind, line] as const)))(
  'the page’s search for %s is read: %s',
  (kind, line) => {
    expect(parseQuery(line, kind)).toHaveProperty('query')
  },
)

test.each(blocks('wrong').map(({ kind, lines: [text = '', ...told] }) => [kind, text, told] as const))(
  'the page tells what is wrong with a search for %s: %s',
  (kind, text, told) => {
    const parsed = parseQuery(text, kind)
    const faults = 'faults' in parsed ? parsed.faults : []

    expect(faults.map(({ column, problem }) => `→ ${column}: ${problem}`)).toEqual(told)
  },
)

test.each(Array.from(page.matchAll(/^trainyard (search|models|runs)(.*)$/gm), ([line]) => line))(
  'the page’s command is one: %s',
  (line) => {
    const [, asked = ''] = /"([^"]*)"/.exec(line) ?? []
    const kind = line.startsWith('trainyard runs') ? 'runs' : kindOf(/--kind (\w+)/.exec(line)?.[1] ?? 'versions')

    expect(parseQuery(asked, kind)).toHaveProperty('query')
  },
)

/** The rows of the table of conditions: each condition, and what has it. */
const rows = Array.from(page.matchAll(/^\| (`.*?) \| ([a-z, ]+) \| .* \|$/gm), ([, conditions = '', of = '']) => ({
  conditions: Array.from(conditions.matchAll(/`([^`]+)`/g), ([, condition = '']) => condition.replace('…', '')),
  of: of === 'all' ? searchKinds : of.split(', ').map(kindOf),
}))

test('the page’s table has every field, with what has it', () => {
  const told = new Map(
    rows.flatMap(({ conditions, of }) => conditions.map((condition) => [condition.split(' ')[0], of])),
  )

  expect(new Set(told.keys())).toEqual(new Set(Object.keys(fields)))
  for (const { conditions, of } of rows)
    for (const condition of conditions)
      for (const kind of searchKinds)
        expect([condition, kind, 'query' in parseQuery(condition, kind)]).toEqual([condition, kind, of.includes(kind)])
})

test('the page’s grammar names every field', () => {
  const words = (name: string) =>
    Array.from(
      new RegExp(`^${name} +=([^;]*);`, 'm').exec(page)?.[1]?.matchAll(/"(\w+)"/g) ?? [],
      ([, word = '']) => word,
    )
  const all = Object.keys(fields).filter(isField)

  expect(words('named').sort()).toEqual(all.filter(isNamed).sort())
  expect(words('field').sort()).toEqual(all.filter((field) => !isNamed(field)).sort())
})
