import { expect, test } from 'vitest'
import { plainMarkdown } from '../../core/cli/plain-markdown.ts'

test('a terminal shows Markdown as text, with aligned tables', () => {
  const markdown = `## Gate of flights

**Passed**: see [the report](https://x/y) and \`auc\`.

| metric | champion | candidate |
|:--|--:|---|
| auc | 0.8900 | **0.9012** |
| log loss | 0.34 | a \\| b |

<details><summary>More</summary>

- first
</details>
`

  expect(plainMarkdown(markdown)).toBe(`── Gate of flights

Passed: see the report (https://x/y) and auc.

metric    champion  candidate
────────  ────────  ─────────
auc       0.8900    0.9012
log loss  0.34      a | b

More

- first`)
})

test('what only looks like a table stays as it is', () => {
  expect(plainMarkdown('| not | a table |\nbut a line')).toBe('| not | a table |\nbut a line')
})
