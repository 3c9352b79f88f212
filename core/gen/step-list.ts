import type { AnyDefinition } from '../step/define-step.ts'
import { origin } from './words.ts'

/**
 * The command line's list of steps: names and titles as constants, so that help needs no definition, and everything else
 * behind lazy imports, so that a command loads its own step and no other.
 */
export function stepList(steps: readonly AnyDefinition[]): string {
  return `// ${origin('the folders of core/')}
import type { CliCommand } from './command.ts'
import { lazyStep } from './lazy-step.ts'

/** Every step, by name. */
export const steps: readonly CliCommand[] = [
${steps.map(entry).join('\n')}
]
`
}

function entry({ id, title }: AnyDefinition): string {
  return `  lazyStep({
    id: '${id}',
    title: ${title.includes("'") ? JSON.stringify(title) : `'${title}'`},
    definition: () => import('../${id}/definition.ts'),
    run: () => import('../${id}/run.ts'),
  }),`
}
