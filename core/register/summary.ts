import { code, table } from '../main/markdown.ts'
import { sized } from '../main/words.ts'
import { shortDigest } from '../records/digest.ts'
import type { ModelVersion } from '../records/model.ts'

/** The page about a registration: what it is, where it comes from, and its files. */
export function summaryOf(version: ModelVersion, isNew: boolean): string {
  const { model, version: number, files, run, source, description, tags, parent, signature } = version
  const facts = [
    ['files', sized(files)],
    ['digest', code(shortDigest(files.digest))],
    ...(run === undefined ? [] : [['run', code(run)]]),
    ...(source === undefined ? [] : [['files stay at', code(source)]]),
    ...(parent === undefined ? [] : [['parent', code(parent)]]),
    ...(description === undefined ? [] : [['description', code(description)]]),
    ...Object.entries(tags).map(([name, value]) => ['tag', code(`${name}=${value}`)]),
    ...(signature === undefined
      ? []
      : [['inputs', signature.inputs.map(({ name, type }) => code(`${name}: ${type}`)).join(', ')]]),
  ]
  const reference = code(`${model}@${number}`)
  const heading = `### ${reference} ${isNew ? 'is registered' : 'was registered before; nothing changed'}`
  return [heading, '', table(['version', reference], facts), ''].join('\n')
}
