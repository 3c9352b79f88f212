import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { tables } from './all.ts'

const page = readFileSync(new URL('../../../../docs/gate-error-rates.md', import.meta.url), 'utf8')

const counted = ['ours', 'unadjusted', 'tfma', 'mlflow', 'bootstrap', 'wald', 'pass', 'fail', 'inconclusive']
const asked = ['paired', 'single'].flatMap((of) => ['Pass', 'Fail', 'Shown', 'Covered'].map((what) => of + what))
const nothing = { runs: 1, counts: Object.fromEntries([...counted, ...asked].map((name) => [name, 0])) }

/** The heads of rows, and the whole of the first one. */
function outline(lines: readonly string[]): readonly string[] {
  const rows = lines.filter((line) => line.startsWith('|'))
  return [...rows.slice(0, 1), ...rows.slice(2).map((row) => row.split(' | ')[0] ?? '')]
}

describe('docs/gate-error-rates.md', () => {
  it.each(tables)('has the rows and columns that npm run sim:gate writes: $name', ({ name, cells, lines }) => {
    const written = page.split(`<!-- sim:gate ${name} -->`)[1]?.split('<!-- end -->')[0] ?? ''

    expect(outline(written.split('\n'))).toEqual(outline(lines(cells.map(() => nothing))))
  })
})
