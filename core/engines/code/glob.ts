import { realpath } from 'node:fs/promises'
import { InputError } from '../../errors/errors.ts'
import type { Fault } from '../../errors/fault.ts'
import { walk } from './walk.ts'

/**
 * The files below a folder that match any of the patterns (`*`, `**`, `?`, `{a,b}`, `[a-z]`; a leading `!` takes away; a
 * folder means all that is in it), relative, with forward slashes, sorted. Hidden files match; what git keeps for itself
 * does not. A link to a file in the folder is that file; a link to a folder is entered only where a pattern names it.
 *
 * @throws InputError when a pattern leaves the folder, or matches a link that does.
 */
export async function globFiles(folder: string, patterns: readonly string[]): Promise<readonly string[]> {
  const leaving = patterns.filter(leaves)
  if (leaving.length > 0) throw refusal(leaving, `leaves the folder ${folder}`, 'a pattern below it')
  const wanted = patterns.filter((pattern) => !pattern.startsWith('!')).map(plain)
  const unwanted = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => plain(pattern.slice(1)))
  const { files, outside } = await walk(await realpath(folder), { wanted, unwanted })
  if (outside.length > 0) throw refusal(outside, `is a link that leads out of ${folder}, or nowhere`)
  return files
}

function leaves(pattern: string): boolean {
  const path = pattern.replace(/^!/, '')
  return /^([/\\]|[A-Za-z]:)/.test(path) || path.split(/[/\\]/).includes('..')
}

/** `./models//x/` is `models/x`. */
function plain(pattern: string): string {
  return pattern
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')
}

function refusal(subjects: readonly string[], problem: string, rule?: string): InputError {
  const faults = subjects.map((subject): Fault => {
    const fault = { subject, source: { kind: 'input' }, problem } as const
    return rule === undefined ? fault : { ...fault, rule }
  })
  return new InputError({ faults })
}
