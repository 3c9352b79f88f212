import { Command, CommanderError } from 'commander'
import { toolVersion } from '../main/version.ts'
import type { AnyDefinition } from '../step/define-step.ts'
import { plainWords } from '../step/words.ts'
import type { CliCommand } from './command.ts'
import { beginners, keepings, looks, moves, recoveries, servings } from './commands.ts'
import { addInputs } from './options.ts'
import { steps } from './steps.ts'
import { usualWidth } from './text-table.ts'
import { usageError } from './usage.ts'

/** Every command, under its heading in help. */
const groups: readonly { readonly heading: string; readonly commands: readonly CliCommand[] }[] = [
  { heading: 'Begin:', commands: beginners },
  { heading: 'Steps:', commands: steps },
  { heading: 'Look:', commands: looks },
  { heading: 'Serve:', commands: servings },
  { heading: 'Keep in order:', commands: keepings },
  { heading: 'Move:', commands: moves },
  { heading: 'Recover:', commands: recoveries },
]

const allCommands: readonly CliCommand[] = groups.flatMap((group) => group.commands)

/**
 * Parses the arguments and runs what they ask for.
 *
 * @param args What stands after `trainyard`.
 * @throws InputError when they name no command or option that exists. Help and version are printed, and nothing is run.
 */
export async function runProgram(args: readonly string[]): Promise<void> {
  const wanted = args.find((arg) => !arg.startsWith('-'))
  const program = await programFor(allCommands.filter(({ id }) => id === wanted))
  try {
    await program.parseAsync(args.length === 0 ? ['--help'] : args, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode !== 0) throw usageError(error)
  }
}

/** The commander program; only the commands in `full` have their options, since that takes their definitions. */
async function programFor(full: readonly CliCommand[]): Promise<Command> {
  const program = new Command('trainyard')
    .description('From git push to a model in production.')
    .version(toolVersion, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand(false)
    .configureHelp({ optionDescription: (option) => option.description })
    .configureOutput({ outputError: () => undefined, getOutHelpWidth: () => usualWidth, getOutHasColors: () => false })
    .exitOverride()
    // Options stand behind the command that they belong to: `runs compare` has some that `runs` has, too.
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .addHelpText('after', `\n${exitCodeWords}`)
  for (const { heading, commands: members } of groups) {
    program.commandsGroup(heading)
    for (const member of members) await addCommand(program, member, full.includes(member))
  }
  program.commandsGroup('Help:')
  addHelp(program)
  return program
}

const exitCodeWords = `Exit codes: 0 done, 2 inputs or files are not valid, 3 refused by a verdict, 4 a service failed,
5 cancelled or out of time, 70 a defect. Every input can also be set by an environment variable,
TRAINYARD_INPUT_<NAME>. NO_COLOR switches colours off.`

async function addCommand(program: Command, member: CliCommand, isFull: boolean): Promise<void> {
  const command = program.command(member.id).summary(member.title)
  if (!isFull) return
  const definition = await member.definition()
  const given = new Map<string, string>()
  command.description(`${member.title}.\n\n${description(definition)}`)
  const { positional, without = [] } = member
  addInputs(command, definition, { given, without, positional: [positional ?? []].flat() })
  if (member.hasOutputs === true)
    command.option('--output-file <path>', 'also write the outputs to this file, as a JSON object')
  command.action(async () => {
    await member.run({ inputs: given, outputFile: command.opts<{ outputFile?: string }>().outputFile })
  })
  const { below = [] } = member
  if (below.length > 0) command.enablePositionalOptions().commandsGroup('Commands:').helpCommand(false)
  for (const one of below) await addCommand(command, one, isFull)
}

function description({ doc }: AnyDefinition): string {
  return doc.split('\n\n').map(plainWords).join('\n\n')
}

/** `help`, `help <command>`, and the help of everything at once for the reference. */
function addHelp(program: Command): void {
  program
    .command('help')
    .summary('print help of a command')
    .argument('[command...]')
    .option('--json', 'print the help of all commands as JSON')
    .action(async (names: readonly string[], options: { json?: boolean }) => {
      if (options.json === true) {
        process.stdout.write(`${JSON.stringify(await allHelp())}\n`)
        return
      }
      const full = await programFor(allCommands.filter(({ id }) => id === names[0]))
      const command = names.reduce<Command | undefined>(
        (found, name) => found?.commands.find((one) => one.name() === name),
        full,
      )
      if (command === undefined) program.error(`error: unknown command '${names.join(' ')}'`)
      else command.outputHelp()
    })
}

/** Help as it is printed, of the program and of every command. */
async function allHelp(): Promise<{ top: string; commands: Record<string, string> }> {
  const program = await programFor(allCommands)
  const members = program.commands.filter((command) => command.name() !== 'help')
  const help = members.flatMap((command) => [
    [command.name(), helpOf(command)] as const,
    ...command.commands.map((below) => [`${command.name()} ${below.name()}`, helpOf(below)] as const),
  ])
  return { top: helpOf(program), commands: Object.fromEntries(help) }
}

function helpOf(command: Command): string {
  let text = ''
  command.configureOutput({
    ...command.configureOutput(),
    writeOut: (part) => {
      text += part
    },
  })
  command.outputHelp()
  return text.trimEnd()
}
