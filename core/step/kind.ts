import type { Fault } from '../errors/fault.ts'

/** What became of a text: a value, a clause that says what is wrong with it ("is not a number"), or faults inside a file. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: string }
  | { readonly ok: false; readonly faults: readonly Fault[] }

/** What a kind may use of the world while it parses. */
export interface Door {
  /** What relative paths are relative to. */
  readonly folder: string
}

/** A JSON schema (2020-12), as published for editors. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** The names of all kinds; generators choose the form control by it. */
export type KindName =
  | 'text'
  | 'name'
  | 'path'
  | 'glob'
  | 'file'
  | 'integer'
  | 'number'
  | 'flag'
  | 'choice'
  | 'list'
  | 'keyValues'
  | 'command'
  | 'duration'
  | 'digest'
  | 'url'
  | 'modelRef'
  | 'secret'
  | 'connection'

/**
 * A kind of input: how a text becomes a value. The text door (inputs, environment variables, defaults) is `parse`; the
 * YAML door (the project file) gives a scalar's source text to `parse`, and lists and maps to `fromList` and `fromMap`.
 */
export interface Kind<out T> {
  readonly name: KindName
  /** What is accepted, for errors and help: "a whole number from 1 to 100". */
  readonly rule: string
  /** One text that is accepted. */
  readonly example: string
  readonly schema: JsonSchema
  /** The accepted texts, where there are few. */
  readonly choices?: readonly string[]
  parse(text: string, door: Door): Parsed<T> | Promise<Parsed<T>>
  fromList?(items: readonly string[], door: Door): Parsed<T>
  fromMap?(entries: Readonly<Record<string, string>>, door: Door): Parsed<T>
}

/** A successful parse. */
export function ok<T>(value: T): Parsed<T> {
  return { ok: true, value }
}

/** A failed parse; `problem` continues the input's name: "is not a number". */
export function no(problem: string): Parsed<never> {
  return { ok: false, problem }
}
