import type { Run } from '../main/context.ts'
import type { Declared, Inputs, Outputs } from '../step/define-step.ts'
import type { CliCommand } from './command.ts'

/** Makes a command of a step, by the very `main` that the entries of the other faces call. */
export function lazyStep<D extends Declared<Inputs, Outputs>>(step: {
  readonly id: string
  readonly title: string
  readonly definition: () => Promise<{ readonly definition: D }>
  readonly run: () => Promise<{ readonly run: Run<D> }>
}): CliCommand {
  return {
    id: step.id,
    title: step.title,
    hasOutputs: true,
    definition: async () => (await step.definition()).definition,
    async run(given) {
      const [{ main }, { hostFor }, { definition }, { run }] = await Promise.all([
        import('../main/main.ts'),
        import('./host-for.ts'),
        step.definition(),
        step.run(),
      ])
      await main(definition, run, hostFor(given, definition))
    },
  }
}
