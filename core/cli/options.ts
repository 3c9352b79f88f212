import { readFileSync } from 'node:fs'
import { Argument, type Command, Option } from 'commander'
import { errorMessage } from '../errors/errors.ts'
import type { AnyDefinition } from '../step/define-step.ts'
import type { Input } from '../step/input.ts'
import type { KindName } from '../step/kind.ts'
import { environmentName, kebab, label } from '../step/names.ts'
import { inputWords, plainWords } from '../step/words.ts'
import { usageFault } from './usage.ts'

/** What stands for a value in help. */
const placeholders: Partial<Record<KindName, string>> = {
  path: '<path>',
  glob: '<patterns>',
  file: '<file>',
  integer: '<number>',
  number: '<number>',
  list: '<texts>',
  keyValues: '<Name=Value>',
  command: '<command>',
  duration: '<duration>',
  digest: '<digest>',
  url: '<url>',
  modelRef: '<reference>',
  name: '<name>',
  flag: '[true|false]',
}

/** Kinds whose option may be given several times: each adds to the others. */
const repeatable: readonly KindName[] = ['list', 'keyValues', 'glob']

/**
 * Adds an option per input of a definition; what is given is put into `given`, as text. Parsing the texts is left to
 * `core/main`, which knows all layers and reports all that is wrong at once.
 */
export function addInputs(command: Command, definition: AnyDefinition, { given, without, positional }: Choices): void {
  for (const [name, input] of Object.entries(definition.inputs)) {
    if (without.includes(name)) continue
    if (input.kind.name === 'secret') addSecret(command, { name, input, given })
    else addPlain(command, { name, input, given }, positional.includes(name))
  }
}

/** What a command does with the inputs of its definition. */
interface Choices {
  /** Takes the texts, by the camelCase names of the inputs. */
  readonly given: Map<string, string>
  /** Inputs that it does not offer. */
  readonly without: readonly string[]
  /** The inputs that may stand without their names. */
  readonly positional: readonly string[]
}

function addPlain(command: Command, { name, input, given }: Named, isPositional: boolean): void {
  const main = option(`--${kebab(name)} ${placeholder(input)}`, input)
  command.addOption(main.hideHelp(isPositional).argParser((text) => put({ name, input, given, text })))
  for (const old of input.options.was ?? []) {
    const hidden = new Option(`--${kebab(old)} ${placeholder(input)}`).hideHelp()
    command.addOption(hidden.argParser((text) => put({ name: old, input, given, text })))
  }
  if (isPositional) {
    const words = plainWords(input.options.doc)
    const several = repeatable.includes(input.kind.name) ? '...' : ''
    command.addArgument(
      new Argument(`[${kebab(name)}${several}]`, words).argParser((text) => put({ name, input, given, text })),
    )
  }
}

function option(flags: string, input: Input, more = ''): Option {
  const made = new Option(flags, plainWords(inputWords(input)) + more)
  if (input.kind.name === 'flag') made.preset('true')
  return made.helpGroup(`${input.options.group === undefined ? 'Inputs' : label(input.options.group)}:`)
}

function placeholder({ kind }: Input): string {
  return kind.choices === undefined ? (placeholders[kind.name] ?? '<text>') : `<${kind.choices.join('|')}>`
}

interface Named {
  readonly name: string
  readonly input: Input
  readonly given: Map<string, string>
}

interface Text extends Named {
  readonly text: string
}

function put({ name, input, given, text }: Text): string {
  const before = given.get(name)
  const isRepeatable = repeatable.includes(input.kind.name)
  if (before !== undefined && !isRepeatable) throw usageFault(`--${kebab(name)}`, 'is given twice')
  // On one line commas separate, but between lines they do not: what is joined has to be of one form.
  const lines = isRepeatable && !text.includes('\n') ? text.replaceAll(',', '\n') : text
  given.set(name, before === undefined ? lines : `${before}\n${lines}`)
  return text
}

/** Arguments are visible to every process of the machine, so a secret comes from a file or from the environment. */
function addSecret(command: Command, { name, input, given }: Named): void {
  const flag = `--${kebab(name)}`
  command.addOption(
    option(`${flag}-file <path>`, input, ` A file that holds it; or set ${environmentName(name)}.`).argParser((path) =>
      put({ name, input, given, text: secretIn(path, flag) }),
    ),
  )
  command.addOption(
    new Option(`${flag} [secret]`).hideHelp().argParser(() => {
      throw usageFault(
        flag,
        `is a secret, and arguments are visible to others: set ${environmentName(name)}, or give ${flag}-file PATH`,
      )
    }),
  )
}

function secretIn(path: string, flag: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    throw usageFault(`${flag}-file`, `cannot be read: ${errorMessage(error)}`, { value: path })
  }
}
