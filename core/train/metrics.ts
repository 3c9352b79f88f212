import { readFile } from 'node:fs/promises'
import { ConfigError } from '../errors/errors.ts'
import type { Fault } from '../errors/fault.ts'
import type { RunEnd } from '../records/run.ts'

/** What the training command reported. */
export type Reported = Pick<RunEnd, 'metrics' | 'params'>

/**
 * Reads the JSON file that `$TRAINYARD_METRICS` named: `{"metrics": {name: number}, "params": {name: value}}`, or an object
 * of numbers alone. A command that wrote none reported nothing.
 *
 * @throws ConfigError TY0102 with everything in the file that is not a metric or a parameter.
 */
export async function readReported(file: string): Promise<Reported> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { metrics: {}, params: {} }
    throw error
  }
  return parseReported(text)
}

/** The pure part of `readReported`. */
export function parseReported(text: string): Reported {
  const faults: Fault[] = []
  const fault = (subject: string, problem: string): void => {
    faults.push({ subject, source: { kind: 'file', file: '$TRAINYARD_METRICS' }, problem })
  }
  const content = parseObject(text, fault)
  const hasParts = 'metrics' in content || 'params' in content
  const metrics: Record<string, number> = {}
  const params: Record<string, string | number | boolean> = {}
  for (const [name, value] of Object.entries(
    hasParts ? asObject(content['metrics'] ?? {}, 'metrics', fault) : content,
  )) {
    if (typeof value === 'number' && Number.isFinite(value)) metrics[name] = value
    else fault(name, `is not a finite number: ${JSON.stringify(value)}`)
  }
  for (const [name, value] of Object.entries(hasParts ? asObject(content['params'] ?? {}, 'params', fault) : {})) {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') params[name] = value
    else fault(name, 'is neither text, number nor true or false')
  }
  if (faults.length > 0) throw new ConfigError({ faults })
  return { metrics, params }
}

type Blame = (subject: string, problem: string) => void

function parseObject(text: string, fault: Blame): Readonly<Record<string, unknown>> {
  try {
    return asObject(JSON.parse(text), 'the file', fault)
  } catch (error) {
    fault('the file', `is not JSON: ${error instanceof Error ? error.message : String(error)}`)
    return {}
  }
}

function asObject(value: unknown, subject: string, fault: Blame): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  fault(subject, 'is not an object')
  return {}
}
