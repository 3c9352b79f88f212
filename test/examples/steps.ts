import { aboutProject } from '../../core/gen/about.ts'
import { loadSteps } from '../../core/gen/steps.ts'
import { isDemanded } from '../../core/gen/words.ts'
import type { AnyDefinition } from '../../core/step/define-step.ts'
import type { Input } from '../../core/step/input.ts'
import { kebab } from '../../core/step/names.ts'
import { brokenRules } from '../../core/step/rules.ts'
import { root } from '../../scripts/lib/sources.mjs'

/** The two faces that pipelines are written for. */
export type Face = 'github' | 'azure'

/** What package.json says about the project. */
export const about = aboutProject(root)

/** Every step, as it is declared. */
export const definitions: readonly AnyDefinition[] = await loadSteps(root)

/** What the project file gives besides the pipeline. */
export interface Surroundings {
  /** The keys of the model's entry in trainyard.yml; undefined where the project is not known, as in a document's sample. */
  readonly projectKeys?: readonly string[]
  /** Where files that inputs name are looked for; without it they are not. */
  readonly folder?: string
}

/** The rules about a step's inputs that hold on both faces. */
export const inputRules = ['unknown-input', 'renamed-input', 'bad-value', 'missing-input', 'broken-rule'] as const
/** One of them. */
export type InputRule = (typeof inputRules)[number]

/** An expression of the host, whose value nobody knows before the pipeline runs. */
const expressions = { github: /\$\{\{/, azure: /\$\{\{|\$\(|\$\[/ }

/** How a face writes an input's or output's name. */
export function spelling(face: Face): (name: string) => string {
  return face === 'github' ? kebab : (name) => name
}

/** Whether a text holds an expression of the host. */
export function isComputed(text: string, face: Face): boolean {
  return expressions[face].test(text)
}

/** Checks what a pipeline gives a step against the step's definition: names, values, and what is missing. */
export async function checkInputs(
  definition: AnyDefinition,
  given: ReadonlyMap<string, string>,
  face: Face,
  surroundings: Surroundings,
): Promise<readonly (readonly [InputRule, string])[]> {
  const spell = spelling(face)
  const known = new Map(Object.entries(definition.inputs).map(([name, input]) => [spell(name), { name, input }]))
  const problems: (readonly [InputRule, string])[] = []
  const texts = new Map<string, string>()
  for (const [written, text] of given) {
    const found = known.get(written)
    if (found === undefined) {
      problems.push(unknownInput(definition, written, spell))
      continue
    }
    texts.set(found.name, text)
    const problem = isComputed(text, face) ? undefined : await valueProblem(found.input, text, surroundings)
    if (problem !== undefined) problems.push(['bad-value', `${written}: "${text}" ${problem}`])
  }
  return [...problems, ...missing(definition, texts, face, surroundings)]
}

function unknownInput(
  { id, inputs }: AnyDefinition,
  written: string,
  spell: (name: string) => string,
): readonly [InputRule, string] {
  const now = Object.entries(inputs).find(([, { options }]) => options.was?.some((old) => spell(old) === written))
  return now === undefined
    ? ['unknown-input', `${id} has no input ${written}`]
    : ['renamed-input', `the input ${written} of ${id} is now called ${spell(now[0])}`]
}

async function valueProblem({ kind }: Input, text: string, { folder }: Surroundings): Promise<string | undefined> {
  if (kind.name === 'file' && folder === undefined) return undefined
  const parsed = await kind.parse(text, { folder: folder ?? '/' })
  if (parsed.ok) return undefined
  return 'problem' in parsed
    ? `${parsed.problem}; expected ${kind.rule}`
    : parsed.faults.map((f) => f.problem).join('; ')
}

function missing(
  definition: AnyDefinition,
  texts: ReadonlyMap<string, string>,
  face: Face,
  { projectKeys }: Surroundings,
): readonly (readonly [InputRule, string])[] {
  const spell = spelling(face)
  const supplied = new Map(texts)
  const problems: (readonly [InputRule, string])[] = []
  for (const [name, input] of Object.entries(definition.inputs)) {
    const { project, required } = input.options
    const isInFile = project !== undefined && (projectKeys === undefined || projectKeys.includes(project))
    if (isInFile && !supplied.has(name)) supplied.set(name, '')
    const isNeeded = isDemanded(name, input, face) || (required === true && project !== undefined && !isInFile)
    if (isNeeded && !texts.has(name))
      problems.push(['missing-input', `${definition.id} needs the input ${spell(name)}`])
  }
  const broken = brokenRules(definition.rules, supplied, spell)
  return [
    ...problems,
    ...broken.map(({ names, problem }) => ['broken-rule', `${names.map(spell).join(', ')} ${problem}`] as const),
  ]
}
