import type { CliCommand } from '../command.ts'

/** The quickstart as a command. It opens no workspace of its own: the steps that it runs open theirs. */
export const quickstartCommand: CliCommand = {
  id: 'quickstart',
  title: 'Watch a real model go the whole way, in a scratch repository',
  without: ['workspace', 'projectFile', 'token', 'dryRun'],
  definition: async () => (await import('./main.ts')).definition,
  async run(given) {
    const [{ definition, quickstart }, { resolveInputs }, { emptyProject }, { runCommand }, { InputError }] =
      await Promise.all([
        import('./main.ts'),
        import('../../main/inputs.ts'),
        import('../../project/project.ts'),
        import('../run-command.ts'),
        import('../../errors/errors.ts'),
      ])
    await runCommand(given, async (host) => {
      const { values, faults } = await resolveInputs(definition, host, emptyProject(host.context.folder))
      if (faults.length > 0) throw new InputError({ faults })
      return quickstart({ folder: String(values['folder']) }, host)
    })
  },
}
