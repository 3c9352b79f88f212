import type { CliCommand } from '../command.ts'

/** `resume` as a command: it opens the workspace that the pending work names. */
export const resumeCommand: CliCommand = {
  id: 'resume',
  title: 'Record what a step could not record, from the folder that it left',
  positional: 'folder',
  without: ['dryRun'],
  definition: async () => (await import('./resume.ts')).definition,
  async run(given) {
    const [{ definition, resume }, { runCommand }] = await Promise.all([
      import('./resume.ts'),
      import('../run-command.ts'),
    ])
    await runCommand(given, resume, definition)
  },
}
