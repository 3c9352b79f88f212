import { expect, test } from 'vitest'
import { catalogue } from '../../core/errors/catalogue.ts'

test.each(Object.entries(catalogue))(
  '%s has a short title, an explanation and a hint, all in full words',
  (_, entry) => {
    expect(entry.title.length).toBeLessThanOrEqual(80)
    expect(entry.title).toMatch(/^[A-Z]/)
    expect(entry.title).not.toMatch(/\.$/)
    for (const text of [entry.doc, entry.hint]) expect(text).toMatch(/^[A-Z`].*\.$/s)
  },
)
