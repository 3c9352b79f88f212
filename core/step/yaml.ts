import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type Document } from 'yaml'
import type { z } from 'zod'
import type { Fault, Source } from '../errors/fault.ts'
import { ok, type Parsed } from './kind.ts'

/** A parsed YAML (or JSON) document that still knows where everything stood. */
export interface YamlDocument {
  /** The name that faults show. */
  readonly file: string
  readonly plain: unknown
  /** The value under a path of keys and indexes, for the YAML door of input kinds; undefined where there is none. */
  at(path: readonly PropertyKey[]): YamlValue | undefined
  /** Where that value, or else its nearest parent, stands. */
  where(path: readonly PropertyKey[]): Extract<Source, { kind: 'file' }>
}

/** A value as the YAML door of an input kind takes it: scalars by their source text, since `3.10` is not the number 3.1. */
export type YamlValue =
  | { readonly kind: 'scalar'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | { readonly kind: 'map'; readonly entries: Readonly<Record<string, string>> }
  | { readonly kind: 'nested' }

/**
 * Parses a YAML or JSON text; syntax errors, repeated keys and unknown tags become faults with line and column. So do aliases that
 * name nothing or unfold to too much, and lists within lists without an end: a file of a pull request shall not take a runner down.
 */
export function parseYaml(text: string, file: string): Parsed<YamlDocument> {
  try {
    return parsed(text, file)
  } catch (error) {
    if (!(error instanceof ReferenceError || error instanceof RangeError)) throw error
    const words = error.name === 'RangeError' ? 'it is nested too deeply' : error.message
    return {
      ok: false,
      faults: [{ subject: 'the file', source: { kind: 'file', file }, problem: `is not valid YAML: ${words}` }],
    }
  }
}

/** How many syntax errors of one file are told. */
const mostErrors = 5

function parsed(text: string, file: string): Parsed<YamlDocument> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true })
  if (document.errors.length > 0) {
    return {
      ok: false,
      // What follows the first few is mostly about the same place.
      faults: document.errors.slice(0, mostErrors).map((error) => {
        const { line, col } = lines.linePos(error.pos[0])
        return {
          subject: 'the file',
          source: { kind: 'file', file, line, column: col },
          problem: `is not valid YAML: ${error.message}`,
        }
      }),
    }
  }
  const where = (path: readonly PropertyKey[]): Extract<Source, { kind: 'file' }> => {
    const offset = nearest(document, path)?.range?.[0]
    if (offset === undefined) return { kind: 'file', file }
    const { line, col } = lines.linePos(offset)
    return { kind: 'file', file, line, column: col }
  }
  const plain: unknown = document.toJS()
  return ok({ file, plain, at: (path) => valueOf(find(document, path)), where })
}

/** Checks a document against a zod schema. All faults at once, each at its line and column. */
export function checkShape<T>(document: YamlDocument, shape: z.ZodType<T>): Parsed<T> {
  const result = shape.safeParse(document.plain)
  if (result.success) return ok(result.data)
  return { ok: false, faults: result.error.issues.flatMap((issue) => faultsOf(issue, document)) }
}

function faultsOf(issue: z.core.$ZodIssue, document: YamlDocument): readonly Fault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      subject: pathText([...issue.path, key]),
      source: document.where([...issue.path, key]),
      problem: 'is not a known key',
    }))
  }
  return [
    { subject: pathText(issue.path), source: document.where(issue.path), problem: `is not valid: ${issue.message}` },
  ]
}

function pathText(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'the file' : path.map(String).join('.')
}

function find(document: Document, path: readonly PropertyKey[]): Node | undefined {
  const node = path.length === 0 ? document.contents : document.getIn(path, true)
  return isMap(node) || isSeq(node) || isScalar(node) ? node : undefined
}

/** The node of a path, by its key where it is an entry of a map: that is where a person looks. */
function nearest(document: Document, path: readonly PropertyKey[]): Node | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = find(document, path.slice(0, length - 1))
    const key = path[length - 1]
    if (isMap(parent)) {
      const pair = parent.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key))
      if (isScalar(pair?.key)) return pair.key
    }
    const node = find(document, path.slice(0, length))
    if (node !== undefined) return node
  }
  return find(document, [])
}

function valueOf(node: Node | undefined): YamlValue | undefined {
  if (node === undefined || (isScalar(node) && node.value === null)) return undefined
  if (isScalar(node)) return { kind: 'scalar', text: scalarText(node) }
  if (isSeq(node) && node.items.every(isScalar)) return { kind: 'list', items: node.items.map(scalarText) }
  if (isMap(node) && node.items.every((item) => isScalar(item.key) && isScalar(item.value))) {
    const entries = node.items.map((item) => [scalarText(item.key), scalarText(item.value)] as const)
    return { kind: 'map', entries: Object.fromEntries(entries) }
  }
  return { kind: 'nested' }
}

function scalarText(node: unknown): string {
  if (!isScalar(node)) return ''
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value))
}
