import { randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Makes the names in a folder survive a power cut. Windows keeps them by itself and cannot open folders. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes the bytes of a file survive a power cut. */
export async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes a folder and everything above it, durably. True when it was not there. */
export async function ensureFolder(folder: string): Promise<boolean> {
  const first = await mkdir(folder, { recursive: true })
  if (first === undefined) return false
  for (let at = folder; ; at = dirname(at)) {
    await syncFolder(dirname(at))
    if (at === first || at === dirname(at)) return true
  }
}

/** Folders whose own names this process has made durable, up to the top that it works under. */
const durable = new Set<string>()

/** Whether this process has made the names of a folder, and of those above it, durable. */
export function isDurable(folder: string): boolean {
  return durable.has(folder)
}

/** Makes a folder whose name need not survive a power cut yet: `syncNames` sees to that, once there is something in it. */
export async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true })
  if (first === undefined) return
  for (let at = folder; at.length >= first.length; at = dirname(at)) durable.delete(at)
}

/**
 * Makes the names in some folders below `top` survive a power cut, and the names of these folders too, whoever made them: another
 * process may have, and died before it synced them. Those above are looked at once a process.
 */
export async function syncNames(folders: Iterable<string>, top: string): Promise<void> {
  const learnt: string[] = []
  for (let level = new Set(folders); level.size > 0; ) {
    await Promise.all([...level].map(syncFolder))
    const unknown = [...level].filter((folder) => folder !== top && !durable.has(folder))
    learnt.push(...unknown)
    level = new Set(unknown.map((folder) => dirname(folder)))
  }
  for (const folder of learnt) durable.add(folder)
}

/** A file under a name that nobody else has, filled and synced: what is left is to give it its real name. */
export async function writeTemporary(
  folder: string,
  fill: (file: FileHandle) => Promise<void>,
  options: { readonly isSynced: boolean } = { isSynced: true },
): Promise<string> {
  const path = join(folder, `${process.pid}-${randomUUID()}`)
  const file = await open(path, 'wx')
  try {
    await fill(file)
    if (options.isSynced) await file.sync()
  } catch (error) {
    await file.close()
    await rm(path, { force: true })
    throw error
  }
  await file.close()
  return path
}
