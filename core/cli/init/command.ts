import type { InputsOf } from '../../step/define-step.ts'
import type { CliCommand } from '../command.ts'

/** `init` as a command. It opens no workspace, and does not care what an old project file says. */
export const initCommand: CliCommand = {
  id: 'init',
  title: 'Write a first trainyard.yml, criteria and pipelines for this repository',
  without: ['projectFile', 'token'],
  definition: async () => (await import('./definition.ts')).definition,
  async run(given) {
    const [{ definition }, { init }, { resolveInputs }, { emptyProject }, { runCommand }, { InputError }] =
      await Promise.all([
        import('./definition.ts'),
        import('./init.ts'),
        import('../../main/inputs.ts'),
        import('../../project/project.ts'),
        import('../run-command.ts'),
        import('../../errors/errors.ts'),
      ])
    await runCommand(given, async (host) => {
      const { values, faults } = await resolveInputs(definition, host, emptyProject(host.context.folder))
      if (faults.length > 0) throw new InputError({ faults })
      // The kinds parsed each value to the type that the definition infers for it.
      return init(values as InputsOf<typeof definition>, host)
    })
  },
}
