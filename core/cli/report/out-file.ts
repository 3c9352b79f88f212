import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ExternalError, InputError } from '../../errors/errors.ts'
import { reportMark } from './page.ts'

/**
 * Writes a report as a whole: who reads the file at any time sees the old one or the new one.
 *
 * @param options `input` is the name of the input that names the file, for errors.
 * @throws InputError where the file is there and is no earlier report, unless it is forced; or where it is a folder.
 * @throws ExternalError TY0501 where the file system refuses.
 */
export async function writeReport(
  file: string,
  text: string,
  options: { readonly isForced: boolean; readonly input: string },
): Promise<void> {
  const found = await whatIs(file)
  if (found === 'folder') throw refused(file, options.input, 'is a folder')
  if (found === 'other' && !options.isForced) {
    throw refused(file, options.input, 'exists and is no earlier report: name another file, or give --force')
  }
  const temporary = `${file}.${randomUUID()}`
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(temporary, text, { flag: 'wx' })
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw new ExternalError({ facts: { operation: 'write the report', address: file }, cause: error })
  }
}

/** How much of a file is looked at for the mark of a report. */
const headBytes = 2048

async function whatIs(file: string): Promise<'nothing' | 'folder' | 'report' | 'other'> {
  try {
    await using handle = await open(file, 'r')
    if ((await handle.stat()).isDirectory()) return 'folder'
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    return buffer.toString('utf8', 0, bytesRead).includes(reportMark) ? 'report' : 'other'
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'nothing'
    throw new ExternalError({ facts: { operation: 'look at the file', address: file }, cause: error })
  }
}

function refused(file: string, input: string, problem: string): InputError {
  return new InputError({ faults: [{ subject: input, source: { kind: 'input' }, value: file, problem }] })
}
