import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fillTemplate } from '../../core/project/templates.ts'
import { about } from './steps.ts'

const model = 'flights'

/** A template with its placeholders filled in, as the examples have them. */
export function filled(text: string): string {
  return fillTemplate(text, { repository: about.repository, major: about.numbers.major, model })
}

/** The bad fixtures of a kind: each file's name is the rule that it breaks, and the only one. */
export function badFixtures(
  kind: 'github' | 'azure' | 'documents',
): readonly (readonly [rule: string, text: string])[] {
  const folder = join(import.meta.dirname, 'fixtures', kind)
  return readdirSync(folder)
    .sort()
    .map((file) => [file.replace(/\.\w+$/, ''), filled(readFileSync(join(folder, file), 'utf8'))] as const)
}
