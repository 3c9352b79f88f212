/** Conditions on other inputs: an input has this text, or (`true`) has any value at all. */
export type When<Name extends string> = Readonly<Partial<Record<Name, string | boolean>>>

/** A rule between inputs. On Azure `require … when` also becomes a visibleRule of the form. */
export type Rule<Name extends string = string> =
  | { readonly require: Name; readonly when: When<Name> }
  | { readonly exactlyOne: readonly [Name, Name, ...Name[]] }
  | { readonly atMostOne: readonly [Name, Name, ...Name[]] }

/** A broken rule: the names to blame, and a clause that continues them. */
export interface BrokenRule {
  readonly names: readonly string[]
  readonly problem: string
}

/**
 * The rules that are broken.
 *
 * @param texts The text of every input that has a value; flags as `true` or `false`.
 */
export function brokenRules(
  rules: readonly Rule[],
  texts: ReadonlyMap<string, string>,
  spell: (name: string) => string,
): readonly BrokenRule[] {
  return rules.flatMap((rule): readonly BrokenRule[] => {
    if ('require' in rule) {
      return texts.has(rule.require) || !holds(rule.when, texts)
        ? []
        : [{ names: [rule.require], problem: `is missing, which is needed ${whenInWords(rule.when, spell)}` }]
    }
    const names = 'exactlyOne' in rule ? rule.exactlyOne : rule.atMostOne
    const given = names.filter((name) => texts.has(name))
    if (given.length > 1) return [{ names: given, problem: 'exclude each other: give one' }]
    return given.length === 0 && 'exactlyOne' in rule ? [{ names, problem: 'are all missing: give one of them' }] : []
  })
}

function holds(when: When<string>, texts: ReadonlyMap<string, string>): boolean {
  return Object.entries(when).every(([name, wanted]) =>
    typeof wanted === 'boolean' ? texts.has(name) === wanted : texts.get(name) === wanted,
  )
}

/** A condition in words, for errors and the reference: "when mode is full and force is given". */
export function whenInWords(when: When<string>, spell: (name: string) => string): string {
  const parts = Object.entries(when).map(([name, wanted]) => {
    if (typeof wanted === 'string') return `${spell(name)} is ${wanted}`
    return `${spell(name)} is ${wanted ? 'given' : 'not given'}`
  })
  return `when ${parts.join(' and ')}`
}
