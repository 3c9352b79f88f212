import { type CatalogueEntry, type Code, catalogue } from './catalogue.ts'
import {
  Cancelled,
  ConfigError,
  ExternalError,
  errorMessage,
  exitCodes,
  InputError,
  TimedOut,
  TrainyardError,
} from './errors.ts'
import type { Aftermath, ExternalFacts } from './errors.ts'
import { type Fault, sourceInWords } from './fault.ts'

/** A place in a user's file that a host may annotate. Lines and columns count from 1. */
export interface Annotation {
  readonly file: string
  readonly line?: number
  readonly column?: number
  readonly message: string
}

/** An error in words, ready for any host: one headline, lines that explain it, and what to do. Secrets are redacted. */
export interface Rendered {
  readonly code: Code
  readonly exitCode: number
  readonly headline: string
  readonly lines: readonly string[]
  readonly hint: string
  readonly annotations: readonly Annotation[]
}

/** Why a step ended with a rejection: an ending and not an error, though a person reads it in the same form. */
export interface Rejection {
  readonly code: Code
  readonly reasons: readonly string[]
  readonly annotations?: readonly Annotation[]
}

/** The only function that turns anything thrown into words. `redact` is the host's. */
export function render(thrown: unknown, redact: (text: string) => string): Rendered {
  const error = thrown instanceof TrainyardError ? thrown : undefined
  const code = error?.code ?? 'TY9999'
  return redacted(
    {
      code,
      exitCode: error?.exitCode ?? exitCodes.defect,
      headline: headline(code),
      lines: error === undefined ? defectLines(thrown) : [...errorLines(error), ...causeLines(error.cause)],
      hint: entryOf(code).hint,
      annotations: error === undefined ? [] : annotationsOf(error),
    },
    redact,
  )
}

/** A rejection in the same form as an error. Exit 3. */
export function renderRejection(rejection: Rejection, redact: (text: string) => string): Rendered {
  return redacted(
    {
      code: rejection.code,
      exitCode: exitCodes.rejected,
      headline: headline(rejection.code),
      lines: rejection.reasons,
      hint: entryOf(rejection.code).hint,
      annotations: rejection.annotations ?? [],
    },
    redact,
  )
}

/** The whole text of a rendered error, for a terminal or a single annotation. */
export function asText(rendered: Rendered): string {
  return [rendered.headline, ...rendered.lines.map((line) => `  ${line}`), rendered.hint].join('\n')
}

function entryOf(code: Code): CatalogueEntry {
  return catalogue[code]
}

function headline(code: Code): string {
  return `${entryOf(code).title} (${code})`
}

function errorLines(error: TrainyardError): readonly string[] {
  const details = error.details === '' ? [] : error.details.split('\n')
  if (error instanceof InputError || error instanceof ConfigError) return [...details, ...error.faults.map(faultLine)]
  if (error instanceof ExternalError) return [...details, factsLine(error.facts)]
  if (error instanceof Cancelled || error instanceof TimedOut) return [...details, ...aftermathLines(error.aftermath)]
  return details
}

/** One fault in one line: `batch-size "ten" is not a whole number; expected a whole number from 1 to 100, e.g. 32`. */
export function faultLine(fault: Fault): string {
  const value = fault.value === undefined ? '' : ` ${JSON.stringify(fault.value)}`
  const source = sourceInWords(fault.source)
  const rule = fault.rule === undefined ? '' : `; expected ${fault.rule}`
  const example = fault.example === undefined ? '' : `${rule === '' ? ';' : ','} e.g. ${fault.example}`
  return `${fault.subject}${value}${source === '' ? '' : ` (${source})`} ${fault.problem}${rule}${example}`
}

function factsLine(facts: ExternalFacts): string {
  const parts = [
    facts.address === undefined ? undefined : `at ${facts.address}`,
    facts.status === undefined ? undefined : `status ${facts.status}`,
    facts.requestId === undefined ? undefined : `request id ${facts.requestId}`,
    facts.attempts === undefined || facts.attempts === 1 ? undefined : `${facts.attempts} attempts`,
  ].filter((part) => part !== undefined)
  return `while trying to ${facts.operation}${parts.length === 0 ? '' : ` (${parts.join(', ')})`}`
}

function aftermathLines(aftermath: Aftermath): readonly string[] {
  return [
    ...(aftermath.undone ?? []).map((what) => `undone: ${what}`),
    ...(aftermath.left ?? []).map((what) => `left: ${what}`),
  ]
}

const deepestCause = 5

function causeLines(cause: unknown): readonly string[] {
  const lines: string[] = []
  for (let at = cause; at !== undefined && lines.length < deepestCause; at = at instanceof Error ? at.cause : undefined)
    lines.push(`because: ${errorMessage(at)}`)
  return lines
}

function defectLines(thrown: unknown): readonly string[] {
  const stack = thrown instanceof Error && thrown.stack !== undefined ? thrown.stack : errorMessage(thrown)
  return [...stack.split('\n'), ...causeLines(thrown instanceof Error ? thrown.cause : undefined)]
}

function annotationsOf(error: TrainyardError): readonly Annotation[] {
  if (!(error instanceof InputError || error instanceof ConfigError)) return []
  return error.faults.flatMap((fault) =>
    fault.source.kind === 'file' && fault.source.line !== undefined
      ? [
          {
            file: fault.source.file,
            line: fault.source.line,
            column: fault.source.column ?? 1,
            message: faultLine(fault),
          },
        ]
      : [],
  )
}

function redacted(rendered: Rendered, redact: (text: string) => string): Rendered {
  return {
    ...rendered,
    lines: rendered.lines.flatMap((line) => redact(line).split('\n')),
    annotations: rendered.annotations.map((at) => ({ ...at, message: redact(at.message) })),
  }
}
