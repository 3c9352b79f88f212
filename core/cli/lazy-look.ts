import type { Host } from '../host/host.ts'
import type { Opened } from '../main/open.ts'
import type { Declared, Inputs, InputsOf, Outputs } from '../step/define-step.ts'
import type { CliCommand } from './command.ts'
import type { Shown } from './run-command.ts'

/** What a command that looks has before it. */
export interface Seen<D extends Declared<Inputs, Outputs>> extends Pick<Opened, 'workspace' | 'project'> {
  readonly inputs: InputsOf<D>
  readonly host: Host
}

/** A command that looks: it returns what it shows, for standard output. */
export type Look<D extends Declared<Inputs, Outputs>> = (seen: Seen<D>) => Promise<string | Shown>

/** Makes a command of something that looks. Its inputs have the layers of a step's; what it shows is all it prints. */
export function lazyLook<D extends Declared<Inputs, Outputs>>(
  command: Pick<CliCommand, 'id' | 'title' | 'positional' | 'below'> & {
    readonly load: () => Promise<{ readonly definition: D; readonly look: Look<D> }>
  },
): CliCommand {
  const { load, ...words } = command
  return {
    ...words,
    without: ['dryRun'],
    definition: async () => (await load()).definition,
    async run(given) {
      const [{ definition, look }, { open }, { runCommand }] = await Promise.all([
        load(),
        import('../main/open.ts'),
        import('./run-command.ts'),
      ])
      const work = async (host: Host) => {
        const { values, workspace, project } = await open(definition, host)
        try {
          // The kinds parsed each value to the type that the definition infers for it.
          return await look({ inputs: values as InputsOf<D>, workspace, project, host })
        } finally {
          await workspace.close()
        }
      }
      await runCommand(given, work, definition)
    },
  }
}
