import type { AnyDefinition } from '../step/define-step.ts'

/**
 * The condition under which a form shows an input, from the rules `require … when`. The form's language has no
 * parentheses, so several conditions are joined only where one operator is enough; an input without an expressible
 * condition is always shown, since a form that hides what is needed is worse than one that shows too much.
 */
export function visibleRule(name: string, { rules, inputs }: AnyDefinition): string | undefined {
  const whens = rules.flatMap((rule) => ('require' in rule && rule.require === name ? [Object.entries(rule.when)] : []))
  const conditions = whens.map((when) => when.map(([other, wanted]) => condition(other, wanted, inputs[other])))
  if (conditions.length === 0 || conditions.flat().includes(undefined)) return undefined
  if (conditions.length === 1) return conditions[0]?.join(' && ')
  return conditions.every((one) => one.length === 1) ? conditions.flat().join(' || ') : undefined
}

/** An input that is left empty has its default later, which the form cannot see; "has any value" it cannot say at all. */
function condition(
  other: string,
  wanted: string | boolean | undefined,
  input: AnyDefinition['inputs'][string] | undefined,
): string | undefined {
  if (typeof wanted !== 'string' || String(input?.options.default) === wanted) return undefined
  return `${other} = ${wanted}`
}
