import type { GatePredicate } from '../records/evidence.ts'
import type { Criteria } from './criteria.ts'

/** What an inconclusive verdict did to the step, and who said so. */
export type InconclusiveRule = NonNullable<GatePredicate['onInconclusive']>

/** The step's input where it is given, else the criteria file, else the step fails: what is not decided lets nothing go on unseen. */
export function inconclusiveRule(
  input: InconclusiveRule['does'] | undefined,
  { onInconclusive }: Pick<Criteria, 'onInconclusive'>,
): InconclusiveRule {
  if (input !== undefined) return { does: input, saidBy: 'input' }
  if (onInconclusive !== undefined) return { does: onInconclusive, saidBy: 'criteria' }
  return { does: 'fail', saidBy: 'default' }
}

const speakers = {
  input: 'as the step’s input says',
  criteria: 'as the criteria file says',
  default: 'since nothing else is asked',
} as const

/** The rule in one plain sentence. */
export function inconclusiveSentence({ does, saidBy }: InconclusiveRule): string {
  const what = does === 'warn' ? 'only warns, and promote refuses the candidate all the same' : 'fails the step'
  return `An inconclusive verdict ${what}, ${speakers[saidBy]}.`
}
