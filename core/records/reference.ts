/** Names a model version or a run: `flights@3`, `flights@champion`, `flights@latest`, `run:r-2f6c…`. */
export type ModelReference =
  | { readonly kind: 'version'; readonly model: string; readonly version: number }
  | { readonly kind: 'alias'; readonly model: string; readonly alias: string }
  | { readonly kind: 'latest'; readonly model: string }
  | { readonly kind: 'run'; readonly run: string }

/** Model, alias, endpoint and rule names: letters, digits, `-`, `_`, `.`; they begin with a letter; at most 64 characters. */
export const namePattern = /^[A-Za-z][A-Za-z0-9._-]{0,63}$/

const runPattern = /^run:([A-Za-z0-9][A-Za-z0-9-]{0,63})$/
const versionPattern = /^[1-9][0-9]{0,8}$/

/** Reads a reference; undefined when the text is none. */
export function parseReference(text: string): ModelReference | undefined {
  const run = runPattern.exec(text)?.[1]
  if (run !== undefined) return { kind: 'run', run }
  const [model, which, ...more] = text.split('@')
  if (model === undefined || which === undefined || more.length > 0 || !namePattern.test(model)) return undefined
  if (versionPattern.test(which)) return { kind: 'version', model, version: Number(which) }
  if (!namePattern.test(which)) return undefined
  return which === 'latest' ? { kind: 'latest', model } : { kind: 'alias', model, alias: which }
}

/** Writes a reference as it was read. */
export function referenceText(reference: ModelReference): string {
  switch (reference.kind) {
    case 'version':
      return `${reference.model}@${reference.version}`
    case 'alias':
      return `${reference.model}@${reference.alias}`
    case 'latest':
      return `${reference.model}@latest`
    case 'run':
      return `run:${reference.run}`
  }
}
