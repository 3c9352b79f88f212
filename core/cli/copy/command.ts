import type { CliCommand } from '../command.ts'

/** `copy` as a command: it opens two workspaces. */
export const copyCommand: CliCommand = {
  id: 'copy',
  title: 'Copy models with their history from one workspace to another',
  positional: ['from', 'to'],
  without: ['workspace'],
  definition: async () => (await import('./copy.ts')).definition,
  async run(given) {
    const [{ definition, copy }, { runCommand }] = await Promise.all([import('./copy.ts'), import('../run-command.ts')])
    await runCommand(given, copy, definition)
  },
}
