/** What the pipeline templates of core/cli/templates leave open. */
export interface TemplateValues {
  /** `owner/name` of the repository that holds the actions. */
  readonly repository: string
  /** The version's first number: the actions' tag is `v<major>`, the tasks are `@<major>`. */
  readonly major: number
  /** The user's model. */
  readonly model: string
}

/**
 * A pipeline with its placeholders filled in: `$REPOSITORY`, `$TAG`, `$MAJOR` and `$MODEL`. `trainyard init` and the
 * examples come from the same templates. Expressions of the hosts (`${{ … }}`, `$(…)`, `$[…]`) are none of its business.
 *
 * @throws RangeError when the template names a placeholder that does not exist.
 */
export function fillTemplate(template: string, { repository, major, model }: TemplateValues): string {
  const values: Readonly<Record<string, string>> = {
    REPOSITORY: repository,
    TAG: `v${major}`,
    MAJOR: String(major),
    MODEL: model,
  }
  return template.replaceAll(/\$([A-Z]+)\b/g, (placeholder, name: string) => {
    const value = values[name]
    if (value === undefined) throw new RangeError(`there is no placeholder ${placeholder}`)
    return value
  })
}
