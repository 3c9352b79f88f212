import { projectShape } from '../../core/project/shape.ts'
import type { Input } from '../../core/step/input.ts'
import type { Door } from '../../core/step/kind.ts'
import { checkShape, parseYaml, type YamlDocument, type YamlValue } from '../../core/step/yaml.ts'
import type { Fault } from '../../core/errors/fault.ts'
import type { Problem } from './problem.ts'
import { definitions } from './steps.ts'

/** The rules of trainyard.yml. */
export type ProjectRule = 'project-shape' | 'project-value'
type Found = Problem<ProjectRule>

/** The keys at the top of a project file. */
export const projectKeys = Object.keys(projectShape.shape)

/** Checks a project file, or a part of one, by its shape and by the inputs that its values go to. */
export async function projectProblems(text: string): Promise<readonly Found[]> {
  const parsed = parseYaml(/^version:/m.test(text) ? text : `version: 1\n${text}`, 'trainyard.yml')
  if (!parsed.ok) return problemsOf(parsed, 'project-shape')
  const shape = checkShape(parsed.value, projectShape)
  if (!shape.ok) return problemsOf(shape, 'project-shape')
  const values = Object.entries(shape.value.models).flatMap(([model, entry]) =>
    Object.keys(entry).flatMap((key) => inputsFor(key).map((input) => ({ model, key, input }))),
  )
  const found = await Promise.all(values.map((value) => valueProblems(parsed.value, value)))
  return found.flat()
}

/** Every input, of any step, that a key supplies. */
function inputsFor(key: string): readonly Input[] {
  const inputs = definitions.flatMap((definition) => Object.values(definition.inputs))
  // Files that a document names do not exist here.
  return inputs.filter(({ options, kind }) => options.project === key && kind.name !== 'file')
}

async function valueProblems(
  document: YamlDocument,
  { model, key, input }: { readonly model: string; readonly key: string; readonly input: Input },
): Promise<readonly Found[]> {
  const path = ['models', model, key]
  const value = document.at(path)
  const parsed = value === undefined ? undefined : await throughDoor(input, value)
  return parsed?.ok === false ? problemsOf(parsed, 'project-value', path.join('.')) : []
}

function throughDoor({ kind }: Input, value: YamlValue) {
  const door: Door = { folder: '/' }
  if (value.kind === 'scalar') return kind.parse(value.text, door)
  if (value.kind === 'list' && kind.fromList !== undefined) return kind.fromList(value.items, door)
  if (value.kind === 'map' && kind.fromMap !== undefined) return kind.fromMap(value.entries, door)
  return { ok: false as const, problem: `is a ${value.kind}; expected ${kind.rule}` }
}

function problemsOf(
  failed: { readonly problem: string } | { readonly faults: readonly Fault[] },
  rule: ProjectRule,
  at = 'trainyard.yml',
): readonly Found[] {
  if ('problem' in failed) return [{ rule, at, message: failed.problem }]
  return failed.faults.map(({ subject, problem }) => ({ rule, at: subject, message: problem }))
}
