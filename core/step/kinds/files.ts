import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Digest } from '../../records/digest.ts'
import type { z } from 'zod'
import { type Kind, no, ok } from '../kind.ts'
import { checkShape, parseYaml } from '../yaml.ts'

/** A file or folder, as an absolute path; whether it exists is for the step to find out. */
export const pathKind: Kind<string> = {
  name: 'path',
  rule: 'a path, relative to the repository',
  example: 'model/',
  schema: { type: 'string' },
  parse: (text, { folder }) => (text.includes('\0') ? no('has a NUL character') : ok(resolve(folder, text))),
}

/** Patterns for files below a folder, one a line or separated by commas: `model/**`, `!*.log`. */
export const globKind: Kind<readonly string[]> = {
  name: 'glob',
  rule: 'file patterns relative to the repository, one a line or separated by commas; "!" excludes',
  example: 'model/**',
  schema: { oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
  parse: (text) => patterns(text.split(text.includes('\n') ? /\r?\n/ : ',')),
  fromList: patterns,
}

function patterns(lines: readonly string[]) {
  const kept = lines.map((line) => line.trim()).filter((line) => line !== '')
  const bad = kept.find((line) => line.replace(/^!/, '').split('/').includes('..') || line.startsWith('/'))
  return bad === undefined ? ok(kept) : no(`has "${bad}", which leaves the repository`)
}

/** A YAML or JSON file that was read and has the asked shape. */
export interface LoadedFile<T> {
  readonly path: string
  readonly value: T
  /** Of the file's bytes, for evidence. */
  readonly digest: Digest
}

/** A YAML or JSON file of a given shape. Faults inside it have its line and column; unknown keys are faults. */
export function fileKind<T>(shape: z.ZodType<T>): Kind<LoadedFile<T>> {
  return {
    name: 'file',
    rule: 'a YAML or JSON file',
    example: 'criteria.yml',
    schema: { type: 'string' },
    async parse(text, { folder }) {
      const path = resolve(folder, text)
      let bytes: Buffer
      try {
        bytes = await readFile(path)
      } catch {
        return no('cannot be read: there is no such file')
      }
      const document = parseYaml(bytes.toString('utf8'), text)
      if (!document.ok) return document
      const checked = checkShape(document.value, shape)
      if (!checked.ok) return checked
      return ok({ path, value: checked.value, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` })
    },
  }
}
