import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { ConfigError } from '../../errors/errors.ts'
import type { Fault } from '../../errors/fault.ts'
import type { Digest } from '../../records/digest.ts'

/** One requirement or option of a requirements file, continuation lines joined and comments removed. */
export interface Line {
  readonly text: string
  readonly file: string
  /** Where it begins; counts from 1. */
  readonly line: number
}

/** A requirements file (https://pip.pypa.io/en/stable/reference/requirements-file-format/) with all that it includes. */
export interface Requirements {
  readonly file: string
  /** Of requirements and options, without comments and spacing: what decides what is installed. */
  readonly digest: Digest
  /** Options for the whole file, as they are: `--extra-index-url https://…`. */
  readonly options: readonly Line[]
  readonly packages: readonly Line[]
  /** Whether every package has one version and a hash: then the file is a lock already. */
  readonly isLocked: boolean
}

/**
 * Reads a requirements file and what it includes.
 *
 * @throws ConfigError when a file is missing, is of another kind (conda, Poetry, …), or asks for what cannot be locked by hash:
 *   an editable or local package, a version control system, or a password in an address.
 */
export async function readRequirements(file: string): Promise<Requirements> {
  const kind = otherKinds.find(({ name }) => name.test(basename(file)))
  if (kind !== undefined) throw new ConfigError({ faults: [otherKind(file, kind.what)] })
  return requirementsOf(file, await linesOf(file, undefined))
}

/** The requirements in a text, such as a lock that was kept. It includes no other file. */
export function parseRequirements(text: string, file: string): Requirements {
  return requirementsOf(file, logicalLines(text, file))
}

function requirementsOf(file: string, lines: readonly Line[]): Requirements {
  const faults = lines.flatMap(faultsOf)
  if (faults.length > 0) throw new ConfigError({ faults })
  const packages = lines.filter(({ text }) => !text.startsWith('-'))
  const digest = createHash('sha256')
  for (const { text } of lines) digest.update(`${text.replaceAll(/\s+/g, ' ')}\n`)
  return {
    file,
    digest: `sha256:${digest.digest('hex')}`,
    options: lines.filter(({ text }) => text.startsWith('-')),
    packages,
    isLocked: packages.every(({ text }) => isPinned(text) && hasHash(text)),
  }
}

/** Whether a requirement has hashes. */
export function hasHash(text: string): boolean {
  return /\s--hash=sha(256|384|512):[0-9a-f]+/.test(text)
}

function isPinned(text: string): boolean {
  return /^[A-Za-z0-9._-]+(\[[^\]]*\])?\s*(===?\s*[^\s*;,]+(\s|;|$)|@\s*\S+)/.test(text)
}

const include = /^(?:-r|-c|--requirement|--constraint)(?:\s+|\s*=\s*|(?=[^\s-]))(.+)$/

async function linesOf(file: string, from: Line | undefined): Promise<readonly Line[]> {
  const lines = logicalLines(await textOf(file, from), file)
  const nested = await Promise.all(
    lines.map(async (line) => {
      const included = include.exec(line.text)?.[1]
      return included === undefined ? [line] : linesOf(includedFile(included.trim(), line), line)
    }),
  )
  return nested.flat()
}

function includedFile(included: string, line: Line): string {
  if (/^[a-z]+:\/\//i.test(included))
    throw new ConfigError({
      faults: [faultAt(line, 'includes a file from the network, which may change', 'a file of the project')],
    })
  return resolve(dirname(line.file), included)
}

async function textOf(file: string, from: Line | undefined): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (!isMissing) throw error
    const fault: Fault =
      from === undefined
        ? { subject: 'the requirements file', source: { kind: 'file', file }, problem: 'does not exist' }
        : faultAt(from, 'includes a file that does not exist')
    throw new ConfigError({ faults: [fault], cause: error })
  }
}

function logicalLines(text: string, file: string): Line[] {
  const lines: Line[] = []
  let pending: Line | undefined
  for (const [at, physical] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const isContinued = physical.endsWith('\\') && !/(^|\s)#/.test(physical)
    const part = (isContinued ? physical.slice(0, -1) : physical).replace(/(^|\s+)#.*$/, '').trim()
    pending =
      pending === undefined
        ? { text: part, file, line: at + 1 }
        : { ...pending, text: `${pending.text} ${part}`.trim() }
    if (isContinued) continue
    if (pending.text !== '') lines.push(pending)
    pending = undefined
  }
  return pending === undefined || pending.text === '' ? lines : [...lines, pending]
}

function faultsOf(line: Line): readonly Fault[] {
  const { text } = line
  if (
    /^(-e|--editable)\b/.test(text) ||
    /^(\.{1,2}[/\\]|\.{1,2}$|[/\\]|file:|[A-Za-z]:[/\\])/.test(text) ||
    /@\s*file:/.test(text)
  )
    return [
      faultAt(
        line,
        'is a package on this machine, which no hash can hold',
        'a published package; the folder of the command is on the path of Python anyway',
      ),
    ]
  if (/^(git|hg|svn|bzr)\+|@\s*(git|hg|svn|bzr)\+/.test(text))
    return [
      faultAt(
        line,
        'comes from a version control system, which no hash can hold',
        'an archive of the commit: `name @ https://…/<commit>.zip`',
      ),
    ]
  if (/:\/\/[^/\s@$]+:[^/\s@$]+@/.test(text))
    return [
      {
        ...faultAt(line, 'holds a password, and the lock would show it'),
        subject: 'an address',
        rule: 'PIP_INDEX_URL in the environment, or ${NAME} in its place',
      },
    ]
  return []
}

function faultAt({ text, file, line }: Line, problem: string, rule?: string): Fault {
  const fault = { subject: text, source: { kind: 'file', file, line } as const, problem }
  return rule === undefined ? fault : { ...fault, rule }
}

/** Kinds of files that name packages and are read by another tool. */
const otherKinds: ReadonlyArray<{ readonly name: RegExp; readonly what: string }> = [
  { name: /\.ya?ml$/i, what: 'a conda environment, which is not supported yet; list its packages for pip' },
  {
    name: /^pyproject\.toml$|^setup\.(py|cfg)$/,
    what: 'a project; make a requirements file of it: `uv pip compile pyproject.toml -o requirements.txt`',
  },
  {
    name: /^uv\.lock$/,
    what: "a lock of uv's own; export it: `uv export --format requirements-txt -o requirements.txt`",
  },
  { name: /^poetry\.lock$/, what: 'a lock of Poetry; export it: `poetry export -o requirements.txt`' },
  { name: /^Pipfile(\.lock)?$/, what: 'a file of Pipenv; export it: `pipenv requirements --hash > requirements.txt`' },
]

function otherKind(file: string, what: string): Fault {
  return {
    subject: 'the requirements file',
    source: { kind: 'file', file },
    problem: `is ${what}`,
    rule: 'a pip requirements file',
  }
}
