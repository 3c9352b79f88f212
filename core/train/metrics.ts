import { readFile } from 'node:fs/promises'
import { ConfigError, errorMessage } from '../errors/errors.ts'
import type { Fault } from '../errors/fault.ts'
import type { Reported } from './tools/report.ts'

const nothing: Reported = { metrics: {}, params: {} }

/**
 * Reads the JSON file that `$TRAINYARD_METRICS` named: `{"metrics": {name: number}, "params": {name: value}}`, or an object
 * of numbers alone. A command that wrote none reported nothing.
 *
 * @throws ConfigError TY0102 with everything in the file that is not a metric or a parameter.
 */
export async function readReported(file: string): Promise<Reported> {
  try {
    return parseReported(await readFile(file, 'utf8'))
  } catch (error) {
    if (error instanceof ConfigError) throw error
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return nothing
    throw new ConfigError({ faults: [faultOf('the file', `cannot be read: ${errorMessage(error)}`)], cause: error })
  }
}

/** The pure part of `readReported`. */
export function parseReported(text: string): Reported {
  const faults: Fault[] = []
  const blame: Blame = (subject, problem) => void faults.push(faultOf(subject, problem))
  const content = parseObject(text, blame)
  const hasParts = 'metrics' in content || 'params' in content
  const metrics = hasParts ? asObject(content['metrics'] ?? {}, 'metrics', blame) : content
  const params = hasParts ? asObject(content['params'] ?? {}, 'params', blame) : {}
  const reported = {
    metrics: checked(metrics, (name, value) => {
      if (isFiniteNumber(value)) return value
      blame(name, `is not a finite number: ${typeof value === 'number' ? value : JSON.stringify(value)}`)
      return undefined
    }),
    params: checked(params, (name, value) => {
      if (typeof value === 'string' || typeof value === 'boolean' || isFiniteNumber(value)) return value
      blame(name, 'is neither text, number nor true or false')
      return undefined
    }),
  }
  if (faults.length > 0) throw new ConfigError({ faults })
  return reported
}

type Blame = (subject: string, problem: string) => void

function faultOf(subject: string, problem: string): Fault {
  return { subject, source: { kind: 'file', file: '$TRAINYARD_METRICS' }, problem }
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function checked<T>(
  record: Readonly<Record<string, unknown>>,
  check: (name: string, value: unknown) => T | undefined,
): Readonly<Record<string, T>> {
  return Object.fromEntries(
    Object.entries(record).flatMap(([name, value]) => {
      const known = check(name, value)
      return known === undefined ? [] : [[name, known] as const]
    }),
  )
}

function parseObject(text: string, blame: Blame): Readonly<Record<string, unknown>> {
  try {
    return asObject(JSON.parse(text), 'the file', blame)
  } catch (error) {
    blame('the file', `is not JSON: ${errorMessage(error)}`)
    return {}
  }
}

function asObject(value: unknown, subject: string, blame: Blame): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  blame(subject, 'is not an object')
  return {}
}
