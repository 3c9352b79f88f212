import type { Digest } from '../records/digest.ts'

/** What an output declares. One that is set only sometimes says so, and is then optional in `done({…})`. */
export interface OutputOptions {
  readonly doc: string
  readonly sometimes?: true
}

/** A declared output and how its value becomes text. */
export interface Output<in T = never, out S extends boolean = boolean> {
  readonly kind: 'text' | 'number' | 'flag' | 'choice' | 'digest'
  readonly doc: string
  readonly sometimes: S
  readonly choices?: readonly string[]
  format(value: T): string
}

type SometimesOf<O extends OutputOptions> = O extends { readonly sometimes: true } ? true : false

function declare<T, const O extends OutputOptions>(
  kind: Output['kind'],
  options: O,
  choices?: readonly string[],
): Output<T, SometimesOf<O>> {
  const sometimes = (options.sometimes === true) as SometimesOf<O>
  return { kind, doc: options.doc, sometimes, format: String, ...(choices === undefined ? {} : { choices }) }
}

/** The kinds of outputs. */
export const gives = {
  text: <const O extends OutputOptions>(options: O) => declare<string, O>('text', options),
  number: <const O extends OutputOptions>(options: O) => declare<number, O>('number', options),
  flag: <const O extends OutputOptions>(options: O) => declare<boolean, O>('flag', options),
  digest: <const O extends OutputOptions>(options: O) => declare<Digest, O>('digest', options),
  choice: <const C extends string, const O extends OutputOptions>(choices: readonly C[], options: O) =>
    declare<C, O>('choice', options, choices),
}
