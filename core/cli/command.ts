import type { AnyDefinition } from '../step/define-step.ts'

/** What was given on the command line. */
export interface Given {
  /** The text of each input, by its camelCase name. */
  readonly inputs: ReadonlyMap<string, string>
  /** Where the outputs are written as JSON, too. */
  readonly outputFile: string | undefined
}

/** One command: a step, or one that only looks. Its definition and code are loaded when it is asked for. */
export interface CliCommand {
  readonly id: string
  /** One line for the list of commands. */
  readonly title: string
  /** The input that may stand behind the command without its name; or several, in the order of the definition. */
  readonly positional?: string | readonly string[]
  /** Inputs that every step has and that mean nothing to this command. */
  readonly without?: readonly string[]
  /** It has outputs, for scripts. */
  readonly hasOutputs?: boolean
  /** Commands that stand behind this one: `runs compare`. */
  readonly below?: readonly CliCommand[]
  definition(): Promise<AnyDefinition>
  /** Runs to the end and sets the process's exit code. Never throws. */
  run(given: Given): Promise<void>
}
