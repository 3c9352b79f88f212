import { type CommonInputs, commonInputs } from './common-inputs.ts'
import type { Input } from './input.ts'
import type { Output } from './output.ts'
import type { Rule, When } from './rules.ts'

/** GitHub token scopes that a step needs; they appear in its reference page and in errors. */
export type Permissions = Readonly<
  Partial<Record<'contents' | 'actions' | 'pull-requests' | 'id-token', 'read' | 'write'>>
>

/** Inputs of a definition. Constrained on the base type: a constraint with a presence would make optional inputs required. */
export type Inputs = Readonly<Record<string, Input>>
export type Outputs = Readonly<Record<string, Output>>

/** Everything that is declared about a step, once. */
export interface Definition<I extends Inputs = Inputs, O extends Outputs = Outputs> {
  /** The folder's name, on every face. */
  readonly id: string
  /** An imperative phrase of at most 40 characters: the catalogue of Azure DevOps takes no more. */
  readonly title: string
  /** What it is for, in Markdown: the first paragraph stands alone in catalogues. */
  readonly doc: string
  readonly branding: {
    readonly icon: string
    readonly color: 'white' | 'yellow' | 'blue' | 'green' | 'orange' | 'red' | 'purple' | 'gray-dark'
  }
  readonly permissions: Permissions
  /** What the step does with the workspace. */
  readonly workspace: 'write' | 'read'
  /** The step has a `post` export, which cleans up after a cancelled main. */
  readonly hasPost?: true
  readonly inputs: I
  /**
   * When a person decides by this step, beside what its rules say; `{}` is always. Where the project file requires reasons, the
   * step then needs its input `reason`.
   */
  readonly decision?: When<Extract<keyof I, string>>
  readonly rules?: readonly Rule<Extract<keyof I, string>>[]
  readonly outputs: O
}

/** A declared step: the inputs that all steps share are among its own, and the names in its rules are checked. */
export interface Declared<I extends Inputs = Inputs, O extends Outputs = Outputs>
  extends Omit<Definition<I, O>, 'rules' | 'decision'> {
  readonly decision?: When<string>
  readonly rules: readonly Rule[]
}

/** Any step, for registries and generators. */
export type AnyDefinition = Declared

type Flat<T> = { [K in keyof T]: T[K] }

/** What `run` sees: every declared input by name, with its type. */
export type InputsOf<D extends { readonly inputs: Inputs }> = Flat<{
  readonly [K in keyof D['inputs']]: D['inputs'][K] extends Input<infer T, infer P>
    ? 'maybe' extends P
      ? T | undefined
      : T
    : never
}>

type Value<O> = O extends Output<infer T> ? T : never
type SometimesKeys<O extends Outputs> = { [K in keyof O]: O[K]['sometimes'] extends true ? K : never }[keyof O]

/** What `done` takes: every output, and those that are set only sometimes as optional. */
export type OutputsOf<D extends { readonly outputs: Outputs }> = Flat<
  { readonly [K in Exclude<keyof D['outputs'], SometimesKeys<D['outputs']>>]: Value<D['outputs'][K]> } & {
    readonly [K in SometimesKeys<D['outputs']>]?: Value<D['outputs'][K]> | undefined
  }
>

/**
 * Declares a step. Everything else is derived from the result: the two manifests, the command line, help, reference, JSON
 * schema, and the types that `run` sees. The inputs that all steps share are added here.
 *
 * @throws RangeError when the declaration contradicts itself: found by the first test that imports it.
 */
export function defineStep<const I extends Inputs, const O extends Outputs>(
  definition: Definition<I, O>,
): Declared<I & CommonInputs, O> {
  const names = Object.keys(definition.inputs)
  for (const [name, input] of Object.entries(definition.inputs)) {
    if (name in commonInputs) throw new RangeError(`${definition.id}: the input ${name} is declared for all steps`)
    if (!/^[a-z][a-zA-Z0-9]*$/.test(name)) throw new RangeError(`${definition.id}: ${name} is not in camelCase`)
    if (input.options.required === true && input.options.default !== undefined)
      throw new RangeError(`${definition.id}: ${name} is required and has a default`)
    const clash = input.options.was?.find((old) => names.includes(old))
    if (clash !== undefined) throw new RangeError(`${definition.id}: ${name} was ${clash}, which is declared too`)
  }
  // The names were checked where the step is declared; from here on a rule is only about texts.
  const rules = (definition.rules ?? []) as readonly Rule[]
  return { ...definition, inputs: { ...definition.inputs, ...commonInputs }, rules }
}
