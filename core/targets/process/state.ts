import { randomBytes } from 'node:crypto'
import { link, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { isErrno } from '../../engines/process/group.ts'
import { ExternalError } from '../../errors/errors.ts'
import { writeTemporary } from '../../workspace/durable.ts'
import type { Layout } from './layout.ts'

const port = z.int().min(0).max(65_535)
const identity = { pid: z.int().positive(), start: z.string().min(1), startedAt: z.iso.datetime() }

/** What the endpoint is to be: `router.json`. Readable by its owner alone, since it holds the token. */
export const intentSchema = z.object({
  v: z.literal(1),
  createdAt: z.iso.datetime(),
  /** The public port; 0 lets the first router take any, which its successors keep. */
  port,
  /** Opens the admin address of the router. */
  token: z.string().min(32),
  retry: z.enum(['pure', 'never']),
  /** The longest silence of a deployment. */
  answerTimeoutMs: z.int().positive(),
})
export type Intent = z.output<typeof intentSchema>

/** What is to run: `deployments/<name>.json`. */
export const wantedSchema = z.object({
  name: z.string().min(1),
  folder: z.string().min(1),
  digest: z.string().min(1),
  models: z.array(z.string()),
  /** One wish for this deployment: a server that was started for an earlier one, which was retired since, may not begin. */
  id: z.string().min(1),
  createdAt: z.iso.datetime(),
})
export type Wanted = z.output<typeof wantedSchema>

/** How the traffic is split: `shares.json`. */
export const storedSharesSchema = z.object({ shares: z.record(z.string(), z.number().min(0).max(100)) })

/** The claim of a router. */
export const routerClaimSchema = z.object({ ...identity, port, adminPort: port })
export type RouterClaim = z.output<typeof routerClaimSchema>

/** The claim of a server. */
export const serverClaimSchema = z.object({ ...identity, launch: z.string(), digest: z.string() })
export type ServerClaim = z.output<typeof serverClaimSchema>

/** What a server writes when it is ready; other fields are its own. */
export const readySchema = z.object({ port: port.min(1) })

/** A new secret for the admin address. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/**
 * Reads one file of the state; undefined where it is missing.
 *
 * @throws ExternalError when it is not what we once wrote: files are replaced whole, so somebody else did.
 */
export async function readState<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return undefined
    throw error
  })
  return text === undefined ? undefined : parseState(path, text, schema)
}

function parseState<T>(path: string, text: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    throw new ExternalError({
      facts: { operation: 'read the state of an endpoint', address: path },
      details: `${path} is damaged. End the processes of its folder and remove it, then deploy again.`,
      cause,
    })
  }
}

/** Writes one file of the state, whole or not at all, for its owner alone. */
export async function writeState(path: string, value: unknown): Promise<void> {
  await rename(await writeBeside(path, value), path)
}

/** Writes one file of the state unless it is there. */
export async function writeStateOnce(path: string, value: unknown): Promise<void> {
  const temporary = await writeBeside(path, value)
  try {
    await link(temporary, path)
  } catch (error) {
    if (!isErrno(error, 'EEXIST')) throw error
  } finally {
    await rm(temporary, { force: true })
  }
}

/** The deployments that are to run, in the order of their names. */
export async function readWanted({ deployments }: Layout): Promise<readonly Wanted[]> {
  const names = await readdir(deployments).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return []
    throw error
  })
  const files = names.filter((name) => name.endsWith('.json')).sort()
  const all = await Promise.all(files.map((name) => readState(join(deployments, name), wantedSchema)))
  // One that was retired between the listing and the reading is gone.
  return all.filter((wanted) => wanted !== undefined)
}

function writeBeside(path: string, value: unknown): Promise<string> {
  return writeTemporary(dirname(path), async (file) => {
    await file.chmod(0o600)
    await file.writeFile(`${JSON.stringify(value)}\n`)
  })
}
