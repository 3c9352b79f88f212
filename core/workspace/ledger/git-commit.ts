import type { Placed, Entry } from './ledger.ts'
import { bytesOf, parseEntry } from './entry.ts'
import { damaged, tooNew } from '../failures.ts'

/** Documents to write, by key. */
export type StateFiles = Map<string, unknown>

/** The file of the tree that says which fold made the documents. */
export const formatFile = 'format.json'

/** The form in which a branch holds a workspace. */
const format = 1

const readme = `# A Trainyard workspace

This branch remembers training runs, model versions, evidence and deployments. Each commit is one transaction: its message
holds the entry, chained to the one before by digest; the files are derived from the entries. Trainyard alone writes here:
do not edit, merge or rebase it. Model files are under \`refs/trainyard/files/\`.
`

/** The files that say what the branch is: written with the first commit, and whenever the form of documents changes. */
export function stateFormat(fold: number): ReadonlyMap<string, string> {
  return new Map([
    [formatFile, `${JSON.stringify({ format, fold })}\n`],
    ['README.md', readme],
  ])
}

/** The fold that made the documents of a tree. @throws ConfigError TY0209 for a branch of a newer form. */
export function foldOf(bytes: Buffer): number {
  const text = bytes.toString('utf8')
  const found = Number(/"format":(\d+)/.exec(text)?.[1] ?? 0)
  if (found > format) throw tooNew(`the branch has the form ${found}; this release knows ${format}`)
  return Number(/"fold":(\d+)/.exec(text)?.[1] ?? 0)
}

/** What a commit is made of. */
export interface CommitParts {
  readonly entry: Entry
  readonly subject: string
  readonly parent: string | undefined
  readonly files: StateFiles
  /** Set when the documents are written anew: everything that was in the tree goes. */
  readonly format: ReadonlyMap<string, string> | undefined
}

/** The fast-import commands that make a commit; its name is asked for. */
export async function* commitCommands({ entry, subject, parent, files, format }: CommitParts): AsyncGenerator<Buffer> {
  const seconds = Math.floor(Date.parse(entry.at) / 1000)
  const person = `${entry.by.name.replaceAll(/[<>\p{Cc}]/gu, ' ').trim() || 'trainyard'} <trainyard@localhost>`
  yield text('commit refs/trainyard/next\nmark :1\n')
  yield text(`author ${person} ${seconds} +0000\ncommitter Trainyard <trainyard@localhost> ${seconds} +0000\n`)
  yield data(messageFor(entry, subject))
  if (parent !== undefined) yield text(`from ${parent}\n`)
  if (format !== undefined) yield text('deleteall\n')
  for (const [path, content] of format ?? []) yield* file(path, Buffer.from(content, 'utf8'))
  for (const [key, doc] of files) yield* file(key, Buffer.from(JSON.stringify(doc), 'utf8'))
  await Promise.resolve()
  yield text('\nget-mark :1\ndone\n')
}

/** A subject for people, the entry in one line, and a word to CI systems that this is nothing to build. */
function messageFor(entry: Entry, subject: string): Buffer {
  const line = subject.replaceAll(/\p{Cc}+/gu, ' ').slice(0, 100)
  return Buffer.concat([text(`${line}\n\n`), bytesOf(entry), text('\n\n[skip ci]\n')])
}

/** The entry in a commit's message. @throws ExternalError TY0207 when there is none. */
export function entryIn<Change>(message: string, where: { seq: number; url: string }): Placed<Change> {
  const line = message.split('\n').find((one) => one.startsWith('{'))
  if (line === undefined) throw damaged(`the commit of entry ${where.seq} holds no entry`, where.url)
  return parseEntry<Change>(Buffer.from(line, 'utf8'), where)
}

function* file(path: string, content: Buffer): Generator<Buffer> {
  yield text(`M 100644 inline ${JSON.stringify(path)}\n`)
  yield data(content)
}

function data(content: Buffer): Buffer {
  return Buffer.concat([text(`data ${content.length}\n`), content, text('\n')])
}

function text(content: string): Buffer {
  return Buffer.from(content, 'utf8')
}
