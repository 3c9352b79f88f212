import { isAbsolute, relative, resolve, sep } from 'node:path'

/** The line of the project's code at which Python raised. */
export interface RaisedAt {
  /** Relative to the root, with forward slashes. */
  readonly file: string
  /** Counts from 1. */
  readonly line: number
  /** `ValueError: …` */
  readonly message: string
}

interface Folders {
  /** Where the command ran: Python names files relative to it. */
  readonly folder: string
  /** What hosts name files relative to. */
  readonly root: string
}

const frame = /^\s+File "([^"]+)", line (\d+)/

const head = /Traceback \(most recent call last\):$/

/** `ValueError: text`, `module.Error`, `KeyboardInterrupt`. */
const messageLine = /^[A-Za-z_][\w.]*(: .*)?$/

/** Folders below a project that hold other people's code. */
const notOurs = /(^|\/)(site-packages|dist-packages|\.?venv|\.tox|\.nox|node_modules)\//

/**
 * Finds the last traceback in the last lines of a log, and in it the innermost line of the project's own code; undefined when
 * there is none. A syntax error counts: Python prints its place in the same form.
 */
export function raisedAt(lines: readonly string[], folders: Folders): RaisedAt | undefined {
  const { frames, message } = lastTraceback(lines.map(withoutGroup))
  for (const [, file = '', line = ''] of frames.toReversed()) {
    const ours = projectFile(file, folders)
    if (ours !== undefined) return { file: ours, line: Number(line), message }
  }
  return undefined
}

interface Traceback {
  readonly frames: readonly RegExpExecArray[]
  readonly message: string
}

function lastTraceback(lines: readonly string[]): Traceback {
  let last: Traceback = { frames: [], message: '' }
  let frames: RegExpExecArray[] = []
  for (const line of lines) {
    const found = frame.exec(line)
    if (head.test(line)) frames = []
    else if (found !== null) frames.push(found)
    else if (frames.length > 0 && messageLine.test(line)) {
      last = { frames, message: line }
      frames = []
    }
  }
  return last
}

/** Exception groups draw their tracebacks into a tree of `|` and `+`. */
function withoutGroup(line: string): string {
  return line.replace(/^\s+[|+] /, '')
}

function projectFile(file: string, { folder, root }: Folders): string | undefined {
  if (file.startsWith('<')) return undefined
  const path = relative(root, resolve(folder, file))
  if (path === '' || path.startsWith('..') || isAbsolute(path)) return undefined
  const posix = path.split(sep).join('/')
  return notOurs.test(posix) ? undefined : posix
}
