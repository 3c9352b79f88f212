import { origin } from '../words.ts'
import { fence, page, pageHead } from './markdown.ts'

/** What the command line prints as help: of itself, and of each command by name. */
export interface CliHelp {
  readonly top: string
  readonly commands: ReadonlyMap<string, string>
}

/** The reference page of the command line, `docs/reference/cli.md`: its own help, word for word. */
export function cliPage(help: CliHelp): string {
  return page([
    pageHead(origin('the help of the command line')),
    '# Command line',
    'Every step is a command, and so is everything that only reads. `npx trainyard` runs it without an installation.',
    fence('text', help.top),
    ...[...help.commands].flatMap(([name, text]) => [`## ${name}`, fence('text', text)]),
  ])
}
