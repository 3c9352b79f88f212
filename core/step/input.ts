import type { z } from 'zod'
import type { Digest } from '../records/digest.ts'
import type { ModelReference } from '../records/reference.ts'
import type { Kind } from './kind.ts'
import { commandKind, keyValuesKind, listKind } from './kinds/collections.ts'
import { fileKind, globKind, type LoadedFile, pathKind } from './kinds/files.ts'
import { durationKind, integerKind, numberKind, type Range } from './kinds/numbers.ts'
import { choiceKind, digestKind, flagKind, nameKind, textKind, urlKind } from './kinds/plain.ts'
import { connectionKind, modelRefKind, secretKind } from './kinds/references.ts'

/** What an input declares besides its kind. */
export interface InputOptions {
  /** What it is for, in Markdown, beginning with a full sentence. Shown in manifests, help and reference. */
  readonly doc: string
  /** `run` sees a value, or the step ends with an error before `run`. */
  readonly required?: true
  /** Used when no layer gives a value; written as a user would write it. */
  readonly default?: string | number | boolean
  /** Expressions that a host itself evaluates into the input where the workflow says nothing. */
  readonly defaults?: { readonly github?: string; readonly azure?: string }
  /** The key of the model's entry in trainyard.yml that may supply it. */
  readonly project?: string
  /** Earlier names, still accepted with a warning. */
  readonly was?: readonly string[]
  /** The heading under which forms show it. */
  readonly group?: string
}

/** Whether `run` always sees a value. */
export type Presence = 'always' | 'maybe'

/** A declared input. `P` is kept apart from the options, so that collections of inputs do not turn optional ones required. */
export interface Input<out T = unknown, out P extends Presence = Presence> {
  readonly kind: Kind<T>
  readonly options: InputOptions
  readonly presence: P
}

type PresenceOf<O extends InputOptions> = O extends { readonly required: true }
  ? 'always'
  : O extends { readonly default: string | number | boolean }
    ? 'always'
    : 'maybe'

function declare<T, const O extends InputOptions>(kind: Kind<T>, options: O): Input<T, PresenceOf<O>> {
  const presence: Presence = options.required === true || options.default !== undefined ? 'always' : 'maybe'
  return { kind, options, presence: presence as PresenceOf<O> }
}

/** Any text. */
export const text = <const O extends InputOptions>(options: O) => declare<string, O>(textKind, options)

/** A name of ours: model, alias, dataset, experiment. */
export const name = <const O extends InputOptions>(options: O) => declare<string, O>(nameKind, options)

/** A file or folder; `run` sees an absolute path. */
export const path = <const O extends InputOptions>(options: O) => declare<string, O>(pathKind, options)

/** File patterns relative to the repository. */
export const glob = <const O extends InputOptions>(options: O) => declare<readonly string[], O>(globKind, options)

/** A YAML or JSON file of a shape; `run` sees its value, path and digest. */
export const file = <T, const O extends InputOptions>(shape: z.ZodType<T>, options: O) =>
  declare<LoadedFile<T>, O>(fileKind(shape), options)

/** A whole number within inclusive limits. */
export const integer = <const O extends InputOptions & Range>(options: O) =>
  declare<number, O>(integerKind(options), options)

/** A number within inclusive limits. */
export const number = <const O extends InputOptions & Range>(options: O) =>
  declare<number, O>(numberKind(options), options)

/** Yes or no. */
export const flag = <const O extends InputOptions>(options: O) => declare<boolean, O>(flagKind, options)

/** One of a few words. */
export const choice = <const C extends string, const O extends InputOptions>(choices: readonly C[], options: O) =>
  declare<C, O>(choiceKind(choices), options)

/** Several texts. */
export const list = <const O extends InputOptions>(options: O) => declare<readonly string[], O>(listKind, options)

/** Pairs `Name=Value`. */
export const keyValues = <const O extends InputOptions>(options: O) =>
  declare<Readonly<Record<string, string>>, O>(keyValuesKind, options)

/** A program and its arguments; never a shell. */
export const command = <const O extends InputOptions>(options: O) => declare<readonly string[], O>(commandKind, options)

/** A span of time; `run` sees milliseconds. */
export const duration = <const O extends InputOptions>(options: O) => declare<number, O>(durationKind, options)

/** A sha256 digest. */
export const digest = <const O extends InputOptions>(options: O) => declare<Digest, O>(digestKind, options)

/** An http or https address. */
export const url = <const O extends InputOptions>(options: O) => declare<URL, O>(urlKind, options)

/** A model version or a run. */
export const modelRef = <const O extends InputOptions>(options: O) => declare<ModelReference, O>(modelRefKind, options)

/** A secret; masked before anything else happens. */
export const secret = <const O extends InputOptions>(options: O) => declare<string, O>(secretKind, options)

/** A service connection (Azure) or an address with its token in the environment; open it with `context.connection`. */
export const connection = <const O extends InputOptions>(options: O) => declare<string, O>(connectionKind, options)
