/** One logging command, as the Azure Pipelines agent understood it. */
export interface AgentCommand {
  /** `task.setvariable` */
  readonly name: string
  readonly properties: ReadonlyMap<string, string>
  readonly data: string
}

/** Parses a line by the rules of Command.cs: `##vso[area.event properties]data` anywhere in it. */
export function parseAgentCommand(line: string): AgentCommand | undefined {
  const start = line.indexOf('##vso[')
  const end = line.indexOf(']', start)
  if (start < 0 || end < 0) return undefined
  const info = line.slice(start + '##vso['.length, end)
  const space = info.indexOf(' ')
  const areaEvent = (space < 0 ? info : info.slice(0, space)).split('.').filter((part) => part !== '')
  if (areaEvent.length !== 2) return undefined
  const properties = new Map<string, string>()
  for (const part of space < 0 ? [] : info.slice(space + 1).split(';')) {
    const equals = part.indexOf('=')
    if (equals > 0 && equals < part.length - 1)
      properties.set(part.slice(0, equals).toLowerCase(), unescape(part.slice(equals + 1)))
  }
  return { name: areaEvent.join('.').toLowerCase(), properties, data: unescape(line.slice(end + 1)) }
}

function unescape(text: string): string {
  return text
    .replaceAll('%3B', ';')
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%5D', ']')
    .replaceAll('%AZP25', '%')
}
