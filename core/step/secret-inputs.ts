import type { AnyDefinition } from './define-step.ts'

/** The names of the inputs that hold secrets, earlier names included: a host masks them before it prints anything. */
export function secretInputs({ inputs }: Pick<AnyDefinition, 'inputs'>): readonly string[] {
  return Object.entries(inputs).flatMap(([name, { kind, options }]) =>
    kind.name === 'secret' ? [name, ...(options.was ?? [])] : [],
  )
}
