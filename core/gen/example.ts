import type { AnyDefinition } from '../step/define-step.ts'
import type { Input } from '../step/input.ts'
import { kebab, taskName } from '../step/names.ts'
import type { When } from '../step/rules.ts'
import type { About } from './about.ts'
import { isDemanded } from './words.ts'

/**
 * The smallest use of a step, as texts by input name: what every user has to give, `model` where the step has one, the first of
 * each set of which one is needed, and what a rule demands as long as the defaults stand. A test parses it by the definition.
 */
export function exampleInputs(definition: AnyDefinition): ReadonlyMap<string, string> {
  const { inputs, rules } = definition
  const chosen = new Set([
    ...Object.keys(inputs).filter((name) => name === 'model' || isDemanded(name, input(inputs, name), 'github')),
    ...rules.flatMap((rule) => ('exactlyOne' in rule ? [rule.exactlyOne[0]] : [])),
    ...rules.flatMap((rule) => ('require' in rule && holdsByDefault(rule.when, inputs) ? [rule.require] : [])),
  ])
  const given = [...chosen].filter((name) => input(inputs, name).kind.name !== 'secret')
  return new Map(given.map((name) => [name, exampleOf(name, input(inputs, name))]))
}

function holdsByDefault(when: When<string>, inputs: AnyDefinition['inputs']): boolean {
  return Object.entries(when).every(([name, wanted]) => {
    const usual = input(inputs, name).options.default
    return typeof wanted === 'boolean' ? (usual !== undefined) === wanted : String(usual) === wanted
  })
}

function exampleOf(name: string, { kind }: Input): string {
  if (kind.name !== 'modelRef') return kind.example
  // What is judged, tried or promoted is not the champion already.
  return name === 'run' ? 'run:r-2f6c' : name === 'candidate' ? 'flights@3' : kind.example
}

function input(inputs: AnyDefinition['inputs'], name: string): Input {
  const found = inputs[name]
  if (found === undefined) throw new Error(`a rule names ${name}, which is no input`)
  return found
}

/** The example as a GitHub workflow's job. */
export function githubExample(definition: AnyDefinition, about: About): string {
  const permissions = Object.entries(definition.permissions).map(([scope, level]) => `  ${scope}: ${level}`)
  return [
    ...(permissions.length === 0 ? [] : ['permissions:', ...permissions]),
    'steps:',
    `  - uses: ${about.repository}/actions/${definition.id}@v${about.numbers.major}`,
    ...block('with', kebab, definition),
  ].join('\n')
}

/** The example as a step of an Azure pipeline. */
export function azureExample(definition: AnyDefinition, about: About): string {
  return [
    'steps:',
    `  - task: ${taskName(definition.id)}@${about.numbers.major}`,
    ...block('inputs', (name) => name, definition),
  ].join('\n')
}

/** The example as a command. */
export function commandExample(definition: AnyDefinition): string {
  const options = [...exampleInputs(definition)].map(([name, text]) => `--${kebab(name)} ${shellWord(text)}`)
  return ['trainyard', definition.id, ...options].join(' ')
}

/** The entries of a map in YAML, under its key; nothing where there are none. */
function block(key: string, spell: (name: string) => string, definition: AnyDefinition): readonly string[] {
  const lines = [...exampleInputs(definition)].map(([name, text]) => `      ${spell(name)}: ${yamlWord(text)}`)
  return lines.length === 0 ? [] : [`    ${key}:`, ...lines]
}

function yamlWord(text: string): string {
  return /^[A-Za-z0-9][\w./@:-]*$/.test(text) && !text.endsWith(':') ? text : `'${text.replaceAll("'", "''")}'`
}

function shellWord(text: string): string {
  return /^[\w./@:=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
