import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { ConfigError, ExternalError } from '../../errors/errors.ts'
import { isErrno } from '../process/group.ts'
import { textIfThere, writeWhole } from './cache.ts'
import { type LockHead, lockHead, lockText } from './lock-text.ts'
import { pipHome, type Recipe } from './make.ts'
import { hasHash, parseRequirements, type Requirements } from './requirements.ts'
import { runTool } from './tool.ts'

/** Requirements, locked. */
export interface Lock {
  readonly text: string
  /** Where a person finds it: beside the requirements, or in the cache where the project cannot be written. */
  readonly file: string
  /** True when the requirements had no lock that fits: the one to commit was just written. */
  readonly isNew: boolean
}

type Ingredients = Omit<Recipe, 'lockText'>

/**
 * The lock of requirements: they themselves when they are locked; else the file `requirements.lock` beside them as long as it
 * fits; else a new one, which is also kept in the cache, so that the same requirements give the same packages on this machine.
 *
 * @throws ConfigError when a lock that others made has no hashes; ExternalError TY0402 when the requirements cannot be resolved.
 */
export async function lockOf(requirements: Requirements, ingredients: Ingredients): Promise<Lock> {
  const { file, isLocked, options, packages } = requirements
  if (isLocked) return { text: `${[...options, ...packages].map(({ text }) => text).join('\n')}\n`, file, isNew: false }
  const beside = join(dirname(file), lockName(file))
  const old = await textIfThere(beside)
  if (old !== undefined && isUsable(old, beside, { requirements, ingredients }))
    return { text: old, file: beside, isNew: false }
  const kept = join(ingredients.cache, 'locks', `${keyOf(requirements, ingredients)}.lock`)
  const text = (await textIfThere(kept)) ?? (await makeLock({ requirements, ingredients, old }))
  await writeWhole(kept, text)
  return { text, file: (await offer(beside, text)) ? beside : kept, isNew: true }
}

/** `requirements.txt` and `requirements.in` are locked by `requirements.lock`. */
function lockName(file: string): string {
  return `${basename(file).replace(/\.(txt|in)$/, '')}.lock`
}

interface Making {
  readonly requirements: Requirements
  readonly ingredients: Ingredients
}

function isUsable(text: string, file: string, { requirements, ingredients }: Making): boolean {
  const head = lockHead(text)
  if (head !== undefined) return fits(head, requirements, ingredients)
  if (parseRequirements(text, file).isLocked) return true
  const problem = 'is not a lock: not every package has one version and a hash'
  const rule = 'no file of this name, so that one is made'
  throw new ConfigError({ faults: [{ subject: 'the lock', source: { kind: 'file', file }, problem, rule }] })
}

function fits(head: LockHead, { digest }: Requirements, { interpreter }: Ingredients): boolean {
  if (head.requirements !== digest) return false
  if (head.platform === 'any') return isAtLeast(interpreter.release, head.python)
  return head.platform === interpreter.platform && head.python === interpreter.release
}

function isAtLeast(release: string, first: string): boolean {
  const [major = 0, minor = 0] = release.split('.').map(Number)
  const [firstMajor = 0, firstMinor = 0] = first.split('.').map(Number)
  return major === firstMajor && minor >= firstMinor
}

/** What else decides what a resolver finds: the Python, the resolver, and the indexes of the environment. */
function keyOf({ digest }: Requirements, { interpreter, tool, around }: Ingredients): string {
  const indexes = Object.entries(around.env)
    .filter(([name]) => /^(PIP|UV)_.*(INDEX|FIND_LINKS)/.test(name))
    .map(([name, value]) => `${name}=${value}`)
  const facts = [digest, interpreter.release, interpreter.platform, tool.name, indexes.sort()]
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32)
}

async function offer(file: string, text: string): Promise<boolean> {
  try {
    await writeWhole(file, text)
    return true
  } catch (error) {
    if (['EACCES', 'EROFS', 'EPERM'].some((code) => isErrno(error, code))) return false
    throw error
  }
}

async function makeLock({
  requirements,
  ingredients,
  old,
}: Making & { readonly old: string | undefined }): Promise<string> {
  const { interpreter, tool, cache, around } = ingredients
  const scratch = join(cache, `locking-${randomBytes(6).toString('hex')}`)
  const name = basename(requirements.file)
  around.onLine?.(`Locking ${name} with ${tool.name}`)
  await mkdir(scratch, { recursive: true })
  try {
    const making = { requirements, ingredients, scratch, old }
    const packages = tool.name === 'uv' ? await lockByUv(making, tool.path) : await lockByPip(making)
    const head = {
      requirements: requirements.digest,
      python: interpreter.release,
      // uv resolves for every platform at once; pip for the one that it runs on.
      platform: tool.name === 'uv' ? 'any' : interpreter.platform,
    }
    const text = lockText(lockName(requirements.file), head, { packages, requirements })
    demandHashes(text, name)
    return text
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

interface Locking extends Making {
  readonly scratch: string
  /** A lock that does not fit any more: what it has is kept, as far as the requirements still allow. */
  readonly old: string | undefined
}

async function lockByUv({ requirements, ingredients, scratch, old }: Locking, uv: string): Promise<string> {
  const { interpreter, around } = ingredients
  const out = join(scratch, 'lock.txt')
  if (old !== undefined) await writeFile(out, old)
  const options = [
    '--quiet',
    '--generate-hashes',
    '--universal',
    '--no-header',
    '--python',
    interpreter.path,
    '--output-file',
    out,
  ]
  const name = basename(requirements.file)
  // Named relative to its folder, since the lock says "via -r requirements.txt", on every machine the same.
  await runTool(`lock ${name}`, [uv, 'pip', 'compile', ...options, name], {
    ...around,
    folder: dirname(requirements.file),
  })
  return readFile(out, 'utf8')
}

const reportShape = z.object({
  install: z.array(
    z.object({
      metadata: z.object({ name: z.string(), version: z.string() }),
      is_direct: z.boolean(),
      download_info: z.object({
        url: z.string(),
        archive_info: z.object({ hashes: z.object({ sha256: z.string() }) }).optional(),
      }),
    }),
  ),
})

/** pip can say what it would install into an empty environment. */
async function lockByPip({ requirements, ingredients, scratch }: Locking): Promise<string> {
  const python = await pipHome(ingredients)
  const out = join(scratch, 'report.json')
  const name = basename(requirements.file)
  const options = ['--quiet', '--dry-run', '--ignore-installed', '--report', out, '-r', name]
  await runTool(`lock ${name}`, [python, '-m', 'pip', 'install', ...options], {
    ...ingredients.around,
    folder: dirname(requirements.file),
  })
  const { install } = reportShape.parse(JSON.parse(await readFile(out, 'utf8')))
  const lines = install.map(({ metadata, is_direct: isDirect, download_info: { url, archive_info: archive } }) => {
    const what = isDirect ? `${metadata.name} @ ${url}` : `${metadata.name}==${metadata.version}`
    return archive === undefined ? what : `${what} \\\n    --hash=sha256:${archive.hashes.sha256}`
  })
  return lines.sort().join('\n')
}

function demandHashes(text: string, name: string): void {
  const without = parseRequirements(text, name).packages.filter(({ text: line }) => !hasHash(line))
  if (without.length === 0) return
  throw new ExternalError({
    code: 'TY0402',
    facts: { operation: `lock ${name}` },
    details: `No hash was found for ${without.map(({ text: line }) => line).join(', ')}; only packages of an index and archives have one.`,
  })
}
