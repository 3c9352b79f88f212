import { InputError } from '../errors/errors.ts'
import type { Fault, Source } from '../errors/fault.ts'
import type { Host } from '../host/host.ts'
import type { Project } from '../project/project.ts'
import { parseReference } from '../records/reference.ts'
import type { AnyDefinition, Inputs } from '../step/define-step.ts'
import type { Input } from '../step/input.ts'
import type { Door, Kind, Parsed } from '../step/kind.ts'
import { environmentName } from '../step/names.ts'
import { brokenRules } from '../step/rules.ts'
import type { YamlValue } from '../step/yaml.ts'

/** The layers' answer for one input: a text or a YAML value, where it came from, and the folder that paths in it begin at. */
interface Given {
  readonly value: YamlValue
  readonly source: Source
  readonly folder: string
}

/** All inputs of a step, parsed, or everything that is wrong with them. */
export interface Resolved {
  readonly values: Readonly<Record<string, unknown>>
  /** Every input that has a value, as a text; without secrets. Names what the step was asked to do. */
  readonly texts: ReadonlyMap<string, string>
  readonly faults: readonly Fault[]
  /** For people: a renamed input was used. */
  readonly warnings: readonly string[]
}

/**
 * Resolves the layers of every input (the input, then `TRAINYARD_INPUT_<NAME>`, then the model's entry in the project
 * file, then the default) and parses what they give. Never throws for bad input: all faults come back together.
 */
export async function resolveInputs(definition: AnyDefinition, host: Host, project: Project): Promise<Resolved> {
  const inputs: Inputs = definition.inputs
  const warnings: string[] = []
  const faults: Fault[] = []
  const outer = new Map<string, Given | undefined>()
  for (const [name, input] of Object.entries(inputs)) {
    try {
      outer.set(name, fromOutside({ name, input, host, warnings, folder: project.folder }))
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      faults.push(...error.faults)
    }
  }
  const model = modelOf(outer, inputs, project)
  const values: Record<string, unknown> = {}
  const texts = new Map<string, string>()
  for (const [name, input] of Object.entries(inputs)) {
    if (!outer.has(name)) continue
    const given = outer.get(name) ?? fromProject({ name, input, model, project }) ?? fromDefault(input, project)
    if (given === undefined) {
      if (input.options.required === true)
        faults.push(missing({ subject: host.inputName(name), input, model, project }))
      continue
    }
    const parsed = await parse(input.kind, given)
    if (parsed.ok) values[name] = parsed.value
    else faults.push(...faultsOf({ parsed, given, input, subject: host.inputName(name) }))
    if (input.kind.name !== 'secret') texts.set(name, textOf(given.value))
  }
  faults.push(...ruleFaults(definition, texts, host), ...reasonFaults(definition, { texts, host, project }))
  return { values, texts, faults, warnings }
}

interface Outside {
  readonly name: string
  readonly input: Input
  readonly host: Host
  readonly warnings: string[]
  readonly folder: string
}

function fromOutside({ name, input, host, warnings, folder }: Outside): Given | undefined {
  const text = host.input(name)
  if (text !== undefined) return { value: { kind: 'scalar', text }, source: { kind: 'input' }, folder }
  for (const old of input.options.was ?? []) {
    const renamed = host.input(old)
    if (renamed === undefined) continue
    warnings.push(`The input ${host.inputName(old)} is now called ${host.inputName(name)}.`)
    return { value: { kind: 'scalar', text: renamed }, source: { kind: 'input' }, folder }
  }
  const variable = environmentName(name)
  const fromVariable = host.env[variable]?.trim()
  if (fromVariable === undefined || fromVariable === '') return undefined
  return { value: { kind: 'scalar', text: fromVariable }, source: { kind: 'environment', name: variable }, folder }
}

/** The model whose entry supplies values: the input `model`, else the model of a reference, else the only one there is. */
function modelOf(outer: ReadonlyMap<string, Given | undefined>, inputs: Inputs, project: Project): string | undefined {
  const named = outer.get('model')
  if (named?.value.kind === 'scalar') return named.value.text
  for (const [name, input] of Object.entries(inputs)) {
    const value = input.kind.name === 'modelRef' ? outer.get(name)?.value : undefined
    const reference = value?.kind === 'scalar' ? parseReference(value.text) : undefined
    if (reference !== undefined && reference.kind !== 'run') return reference.model
  }
  return project.models.length === 1 ? project.models[0] : undefined
}

interface InProject {
  readonly name: string
  readonly input: Input
  readonly model: string | undefined
  readonly project: Project
}

function fromProject({ name, input, model, project }: InProject): Given | undefined {
  if (model === undefined) return undefined
  const folder = project.folderOf(model)
  // Only where a model is needed: an optional `model` is a filter, and silence means all of them.
  if (name === 'model' && input.options.required === true)
    return { value: { kind: 'scalar', text: model }, source: { kind: 'default' }, folder }
  const key = input.options.project
  const found = key === undefined ? undefined : project.value(model, key)
  return found === undefined ? undefined : { ...found, folder }
}

function fromDefault(input: Input, project: Project): Given | undefined {
  const value = input.options.default
  if (value === undefined) return undefined
  return { value: { kind: 'scalar', text: String(value) }, source: { kind: 'default' }, folder: project.folder }
}

function parse(kind: Kind<unknown>, { value, folder }: Given): Parsed<unknown> | Promise<Parsed<unknown>> {
  const door: Door = { folder }
  if (value.kind === 'scalar') return kind.parse(value.text, door)
  if (value.kind === 'list' && kind.fromList !== undefined) return kind.fromList(value.items, door)
  if (value.kind === 'map' && kind.fromMap !== undefined) return kind.fromMap(value.entries, door)
  return { ok: false, problem: `is a ${value.kind === 'nested' ? 'nested value' : value.kind}` }
}

interface Failed {
  readonly parsed: Exclude<Parsed<unknown>, { readonly ok: true }>
  readonly given: Given
  readonly input: Input
  readonly subject: string
}

function faultsOf({ parsed, given, input, subject }: Failed): readonly Fault[] {
  if ('faults' in parsed) return parsed.faults
  const { rule, example, name } = input.kind
  const value = name === 'secret' ? {} : { value: textOf(given.value) }
  return [{ subject, source: given.source, problem: parsed.problem, ...value, rule, example }]
}

interface Missing extends Omit<InProject, 'name'> {
  readonly subject: string
}

function missing({ subject, input, model, project }: Missing): Fault {
  const { rule, example } = input.kind
  const key = input.options.project
  const inFile = key === undefined ? '' : ` (or the key ${key} in trainyard.yml)`
  // Most often the model's name is misspelt.
  const isUnknown =
    key !== undefined && model !== undefined && project.file !== undefined && !project.models.includes(model)
  const known = project.models.length === 0 ? 'none' : project.models.join(', ')
  const unknown = isUnknown ? `; trainyard.yml has no model ${model}, but ${known}` : ''
  return { subject, source: { kind: 'input' }, problem: `is missing${inFile}${unknown}`, rule, example }
}

function ruleFaults(definition: AnyDefinition, texts: ReadonlyMap<string, string>, host: Host): readonly Fault[] {
  const spell = (name: string) => host.inputName(name)
  return brokenRules(definition.rules, texts, spell).map(({ names, problem }) => ({
    subject: names.map(spell).join(', '),
    source: { kind: 'input' },
    problem,
  }))
}

/** A decision without a reason, where the project file requires one. */
function reasonFaults(
  { decision }: AnyDefinition,
  { texts, host, project }: Pick<Resolved, 'texts'> & { readonly host: Host; readonly project: Project },
): readonly Fault[] {
  const { workspace } = project.content
  if (decision === undefined || typeof workspace !== 'object' || workspace.reasons !== 'required') return []
  const spell = (name: string) => host.inputName(name)
  return brokenRules([{ require: 'reason', when: decision }], texts, spell).map(() => ({
    subject: spell('reason'),
    source: { kind: 'input' },
    problem: 'is missing, and trainyard.yml says `reasons: required` under `workspace`',
    example: 'better on night flights, see #41',
  }))
}

function textOf(value: YamlValue): string {
  switch (value.kind) {
    case 'scalar':
      return value.text
    case 'list':
      return value.items.join('\n')
    case 'map':
      return Object.entries(value.entries)
        .map(([name, entry]) => `${name}=${entry}`)
        .join('\n')
    case 'nested':
      return '(nested)'
  }
}
