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

/** Makes a folder and everything above it, durably. True when it was not there. */
export async function ensureFolder(folder: string): Promise<boolean> {
  const first = await mkdir(folder, { recursive: true })
  if (first === undefined) return false
  for (let at = folder; ; at = dirname(at)) {
    await syncFolder(dirname(at))
    if (at === first || at === dirname(at)) return true
  }
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
