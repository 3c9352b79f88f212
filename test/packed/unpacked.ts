import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import JSZip from 'jszip'
import { root } from '../../scripts/lib/sources.mjs'

/** Runs one of the packaging scripts of the checkout, with the folder that it writes to. */
export function runScript(name: string, ...args: readonly string[]): void {
  execFileSync(process.execPath, [join(root, 'scripts', name), ...args], { cwd: root, stdio: 'pipe' })
}

/** An empty folder outside the checkout, so that nothing of it is found by accident. */
export function emptyFolder(): string {
  return mkdtempSync(join(tmpdir(), 'trainyard-unpacked-'))
}

/** Unpacks an archive as the agent does. */
export async function unpack(archive: Uint8Array, folder: string): Promise<void> {
  const zip = await JSZip.loadAsync(archive)
  for (const entry of Object.values(zip.files).filter(({ dir }) => !dir)) {
    const path = join(folder, decodeURIComponent(entry.name))
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, await entry.async('uint8array'))
  }
}

/** All files below a folder, relative to it, sorted. */
export function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()
}

/** The text files that name a folder of the machine that built them. */
export function namingThisMachine(folder: string): readonly string[] {
  return filesIn(folder).filter((file) => {
    if (!/\.(mjs|json|yml|txt|md|xml)$/.test(file)) return false
    const text = readFileSync(join(folder, file), 'utf8')
    return text.includes(root) || text.includes('file:///')
  })
}
