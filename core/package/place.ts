import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { InputError } from '../errors/errors.ts'
import { packageFiles } from '../scoring/client/packaged.ts'

/**
 * Demands that a package may be put at a place: nothing is there, or an older package, which gives way. Anything else is the
 * user's.
 *
 * @throws InputError naming the input.
 */
export async function demandRoom(folder: string, input: string): Promise<void> {
  const names = await namesIn(folder)
  if (names === undefined || names.length === 0 || isPackage(names)) return
  const problem =
    names === 'no folder' ? 'is not a folder' : 'holds other files, which are not replaced; name another folder'
  throw new InputError({ faults: [{ subject: input, source: { kind: 'input' }, value: folder, problem }] })
}

/** A folder beside the place, on the same disk, in which a package is made; the caller puts it in place or removes it. */
export async function roomBeside(folder: string): Promise<string> {
  const parent = dirname(folder)
  await mkdir(parent, { recursive: true })
  return join(parent, `.${basename(folder)}.${randomUUID()}.part`)
}

/** Puts a whole package in its place: whoever looks there finds the older one, nothing for an instant, or this one. */
export async function putInPlace(made: string, folder: string): Promise<void> {
  const old = `${made}.old`
  const isThere = (await namesIn(folder)) !== undefined
  if (isThere) await rename(folder, old)
  await rename(made, folder)
  await rm(old, { recursive: true, force: true })
}

function isPackage(names: readonly string[] | 'no folder'): boolean {
  return Object.values(packageFiles).every((file) => names.includes(file))
}

async function namesIn(folder: string): Promise<readonly string[] | 'no folder' | undefined> {
  try {
    return await readdir(folder)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT') return undefined
    if (code === 'ENOTDIR') return 'no folder'
    throw error
  }
}
