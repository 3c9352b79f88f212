import { createHash } from 'node:crypto'
import type { Digest } from '../../records/digest.ts'
import type { Interpreter } from './interpreter.ts'
import { parseRequirements, type Requirements } from './requirements.ts'

/** What a lock says of itself in its first lines, so that it is known when it is out of date. */
export interface LockHead {
  /** Of the requirements that it was made from. */
  readonly requirements: Digest
  /** `3.11`: the release of Python, or the first one, that it is for. */
  readonly python: string
  /** Where it can be installed: `any`, or one platform. */
  readonly platform: string
}

const firstLine = '# Locked by Trainyard. To install: python -m pip install --require-hashes -r'

/** Options of a requirements file that decide where packages come from, and so belong into its lock. */
const keptOptions =
  /^(-i|-f|--index-url|--extra-index-url|--find-links|--no-index|--no-binary|--only-binary|--trusted-host)\b/

/** A lock as it is kept and committed: what it is of, where packages come from, and the packages with their hashes. */
export function lockText(
  name: string,
  head: LockHead,
  { packages, requirements }: { packages: string; requirements: Requirements },
): string {
  const options = requirements.options.filter(({ text }) => keptOptions.test(text)).map(({ text }) => text)
  const lines = [
    `${firstLine} ${name}`,
    `# requirements: ${head.requirements}`,
    `# python: ${head.python}`,
    `# platform: ${head.platform}`,
    ...options,
  ]
  return `${lines.join('\n')}\n${packages.trim()}\n`
}

/** The head of a lock; undefined for one that others made. */
export function lockHead(text: string): LockHead | undefined {
  if (!text.startsWith(firstLine)) return undefined
  const field = (name: string): string => new RegExp(`^# ${name}: (.*)$`, 'm').exec(text)?.[1]?.trim() ?? ''
  return {
    requirements: `sha256:${field('requirements').replace('sha256:', '')}`,
    python: field('python'),
    platform: field('platform'),
  }
}

/**
 * The digest of an environment: of the interpreter, and of every locked package with its hashes, in any order and however the
 * file is laid out.
 */
export function environmentDigest(text: string, { implementation, version }: Interpreter): Digest {
  const { packages, options } = parseRequirements(text, 'the lock')
  const lines = [...packages, ...options].map((line) => {
    const [requirement = '', ...hashes] = line.text.split(/\s+--hash=/)
    return [requirement.replaceAll(/\s+/g, ' ').trim(), ...hashes.map((hash) => hash.trim()).sort()].join(' ')
  })
  const hash = createHash('sha256').update(`${implementation} ${version}\n`)
  for (const line of lines.sort()) hash.update(`${line}\n`)
  return `sha256:${hash.digest('hex')}`
}
