/** One workflow command, as the GitHub runner understood it. */
export interface RunnerCommand {
  readonly name: string
  readonly properties: ReadonlyMap<string, string>
  readonly data: string
}

/** The commands that the runner knows. */
export const knownCommands = [
  'stop-commands',
  'set-env',
  'set-output',
  'save-state',
  'add-mask',
  'add-path',
  'add-matcher',
  'remove-matcher',
  'debug',
  'warning',
  'error',
  'notice',
  'group',
  'endgroup',
  'echo',
]

const dataEscapes = [
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%25', '%'],
] as const
const propertyEscapes = [
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%3A', ':'],
  ['%2C', ','],
  ['%25', '%'],
] as const
const oldEscapes = [
  ['%3B', ';'],
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%5D', ']'],
  ['%25', '%'],
] as const

/** Parses a line by the rules of ActionCommand.cs: `::name properties::data` at its beginning, else `##[name properties]data` anywhere. */
export function parseRunnerCommand(line: string, registered: ReadonlySet<string>): RunnerCommand | undefined {
  return parseNew(line, registered) ?? parseOld(line, registered)
}

function parseNew(line: string, registered: ReadonlySet<string>): RunnerCommand | undefined {
  const message = line.replace(/^[\s\u0085]+/, '')
  if (!message.startsWith('::')) return undefined
  const end = message.indexOf('::', 2)
  if (end < 0) return undefined
  return command(message.slice(2, end), message.slice(end + 2), {
    registered,
    separator: ',',
    property: propertyEscapes,
    data: dataEscapes,
  })
}

function parseOld(line: string, registered: ReadonlySet<string>): RunnerCommand | undefined {
  const start = line.indexOf('##[')
  const end = line.indexOf(']', start)
  if (start < 0 || end < 0) return undefined
  return command(line.slice(start + 3, end), line.slice(end + 1), {
    registered,
    separator: ';',
    property: oldEscapes,
    data: oldEscapes,
  })
}

type Escapes = ReadonlyArray<readonly [escape: string, character: string]>

interface Form {
  readonly registered: ReadonlySet<string>
  readonly separator: string
  readonly property: Escapes
  readonly data: Escapes
}

function command(info: string, data: string, form: Form): RunnerCommand | undefined {
  const space = info.indexOf(' ')
  const name = (space < 0 ? info : info.slice(0, space)).toLowerCase()
  if (!form.registered.has(name)) return undefined
  const properties = new Map<string, string>()
  for (const part of space < 0
    ? []
    : info
        .slice(space + 1)
        .trim()
        .split(form.separator)) {
    const equals = part.indexOf('=')
    if (equals > 0 && equals < part.length - 1)
      properties.set(part.slice(0, equals).toLowerCase(), unescape(part.slice(equals + 1), form.property))
  }
  return { name, properties, data: unescape(data, form.data) }
}

function unescape(text: string, escapes: Escapes): string {
  return escapes.reduce((plain, [escape, character]) => plain.replaceAll(escape, character), text)
}

/** Reads a file of `name=value` and `name<<delimiter` entries, by the rules of FileCommandManager.cs on Linux. */
export function parseKeyValueFile(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  let index = 0
  const readLine = (): string | undefined => {
    if (index >= text.length) return undefined
    const end = text.indexOf('\n', index)
    const line = end < 0 ? text.slice(index) : text.slice(index, end)
    index = end < 0 ? text.length : end + 1
    return line
  }
  for (let line = readLine(); line !== undefined; line = readLine()) {
    if (line === '') continue
    const equals = line.indexOf('=')
    const heredoc = line.indexOf('<<')
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      values.set(line.slice(0, equals), line.slice(equals + 1))
      continue
    }
    if (heredoc <= 0 || line.slice(heredoc + 2) === '') throw new Error(`Invalid format '${line}'`)
    const delimiter = line.slice(heredoc + 2)
    const start = index
    let end = index
    for (let inner = readLine(); inner !== delimiter; inner = readLine()) {
      if (inner === undefined) throw new Error(`Matching delimiter not found '${delimiter}'`)
      end = index - 1
    }
    values.set(line.slice(0, heredoc), text.slice(start, end))
  }
  return values
}
