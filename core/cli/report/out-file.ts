import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ExternalError, InputError } from '../../errors/errors.ts'

/** What is written, and what may be replaced by it. */
export interface WholeFile {
  readonly isForced: boolean
  /** The name of the input that names the file, for errors. */
  readonly input: string
  /** What it is, in a word. */
  readonly what: string
  /** The text near the beginning by which an earlier one is known. */
  readonly mark: string
}

/**
 * Writes a file as a whole: who reads it at any time sees the old one or the new one.
 *
 * @throws InputError where the file is there and is no earlier one, unless it is forced; or where it is a folder.
 * @throws ExternalError TY0501 where the file system refuses.
 */
export async function writeWhole(file: string, text: string, options: WholeFile): Promise<void> {
  const { input, what } = options
  const found = await whatIs(file, options.mark)
  if (found === 'folder') throw refused(file, input, 'is a folder')
  if (found === 'other' && !options.isForced)
    throw refused(file, input, `exists and is no earlier ${what}: name another file, or give --force`)
  const temporary = `${file}.${randomUUID()}`
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(temporary, text, { flag: 'wx' })
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw new ExternalError({ facts: { operation: `write the ${what}`, address: file }, cause: error })
  }
}

/** How much of a file is looked at for the mark. */
const headBytes = 2048

async function whatIs(file: string, mark: string): Promise<'nothing' | 'folder' | 'earlier' | 'other'> {
  try {
    await using handle = await open(file, 'r')
    if ((await handle.stat()).isDirectory()) return 'folder'
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    return buffer.toString('utf8', 0, bytesRead).includes(mark) ? 'earlier' : 'other'
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'nothing'
    throw new ExternalError({ facts: { operation: 'look at the file', address: file }, cause: error })
  }
}

function refused(file: string, input: string, problem: string): InputError {
  return new InputError({ faults: [{ subject: input, source: { kind: 'input' }, value: file, problem }] })
}
