/** Where runner and agent end a line: both read with .NET's `ReadLine`, so a lone CR does it too. */
const lineEnd = /\r\n|\r|\n/

/** The lines of a text, as a runner sees them. */
export function linesOf(text: string): readonly string[] {
  return text.split(lineEnd)
}

/**
 * Takes the meaning out of everything in a text that a CI system would obey: GitHub's `::command::` at the beginning of a line
 * and `##[command]` anywhere in it, Azure's `##vso[command]` anywhere. A visible `_` breaks the marker (as Microsoft's own
 * task library writes it), so that people still see what was printed.
 *
 * Sources: ActionCommand.cs of actions/runner, Command.cs and WorkerCommandManager.cs of microsoft/azure-pipelines-agent.
 */
export function harmless(text: string): string {
  return linesOf(text).map(harmlessLine).join('\n')
}

function harmlessLine(line: string): string {
  // The runner skips white space before `::`, and .NET's comparison ignores invisible characters around and inside it.
  return line.replaceAll(/##(?=\[|vso)/g, '##_').replace(/^([^\x21-\x7E]*):([^\x21-\x7E]*):/, '$1:_$2:')
}
