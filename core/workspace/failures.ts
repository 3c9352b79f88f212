import { ConfigError, ExternalError, errorMessage, InputError, TrainyardError } from '../errors/errors.ts'

/** A name that does not exist (TY0205). `details` is a whole sentence. */
export function notFound(details: string): InputError {
  return new InputError({ code: 'TY0205', details })
}

/** Bytes that are not what their digest says (TY0207). `details` names the first broken thing. */
export function damaged(details: string, url: string): ExternalError {
  return new ExternalError({ code: 'TY0207', details, facts: { operation: 'read the workspace', address: url } })
}

/** Whether an error says that bytes are missing or are not what their digest says. */
export function isDamage(error: unknown): error is ExternalError {
  return error instanceof ExternalError && error.code === 'TY0207'
}

/** Something that only a newer Trainyard understands (TY0209). */
export function tooNew(details: string): ConfigError {
  return new ConfigError({ code: 'TY0209', details })
}

/** A file that a branch cannot hold (TY0231), with the lines to add. */
export function tooLarge(bytes: number, url: string): ConfigError {
  const lines = ['version: 1', 'workspace:', '  url: "git:"', '  blobs: s3://<bucket>/<prefix>']
  const details = [
    `a file has ${Math.ceil(bytes / 1e6)} MB, and ${url} takes 95 MB at most; with these lines in trainyard.yml the ledger stays where it is, and new files go into an object store (s3:// or azblob://):`,
    ...lines.map((line) => `  ${line}`),
  ]
  return new ConfigError({ code: 'TY0231', details: details.join('\n') })
}

/** The error code of the operating system, such as `ENOENT`; undefined for anything else. */
export function errno(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

const forbidden = new Set(['EACCES', 'EPERM', 'EROFS'])

/**
 * Runs an operation on the files of a workspace and tells its failures in our words: no right (TY0203), or a place that
 * fails (TY0501). Our own errors and defects pass.
 */
export async function onFiles<T>(operation: string, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const code = errno(error)
    if (code === undefined || error instanceof TrainyardError || error instanceof RangeError) throw error
    if (forbidden.has(code)) {
      throw new ConfigError({
        code: 'TY0203',
        details: `${path} is not accessible: ${errorMessage(error)}`,
        cause: error,
      })
    }
    throw new ExternalError({ facts: { operation, address: path }, cause: error })
  }
}

/** Whether an error says that the workspace is out of reach now, so that trying again later can help. */
export function isOutOfReach(error: unknown): error is ExternalError {
  return error instanceof ExternalError && error.code !== 'TY0207'
}
