import { toolVersion } from '../main/version.ts'
import { bounds } from './histogram.ts'
import type { ModelMetrics } from './metrics.ts'

/** What `/metrics` shows. */
export interface Exposed {
  readonly engine: string
  readonly isReady: boolean
  readonly queueLength: number
  /** Answers with an error to requests that reached no model version: unknown paths and names. */
  readonly strayErrors: number
  readonly models: readonly {
    readonly name: string
    readonly version: number
    readonly digest: string
    readonly metrics: ModelMetrics
  }[]
}

type Labels = Readonly<Record<string, string>>

/** The content type of the text format. */
export const expositionType = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * The metrics in the text format of Prometheus.
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function exposition(exposed: Exposed): string {
  const families = [
    ...modelFamilies(exposed),
    latencyFamily(exposed.models),
    ...serverFamilies(exposed),
    ...processFamilies(),
  ]
  const lines = families.flatMap(({ name, type, help, samples }) => [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...samples.map(([labels, value, suffix = '']) => sample(`${name}${suffix}`, labels, value)),
  ])
  return `${lines.join('\n')}\n`
}

function modelFamilies({ models }: Exposed): readonly Family[] {
  const each = (read: (metrics: ModelMetrics) => number): readonly Sample[] =>
    models.map((model) => [labelsOf(model), read(model.metrics)])
  const errors = models.flatMap((model): readonly Sample[] => [
    [{ ...labelsOf(model), class: '4xx' }, model.metrics.clientErrors],
    [{ ...labelsOf(model), class: '5xx' }, model.metrics.serverErrors],
  ])
  return [
    counter(
      'trainyard_requests_total',
      'Inference requests that were answered.',
      each((of) => of.requests),
    ),
    counter('trainyard_errors_total', 'Of these, those answered with an error.', errors),
    counter(
      'trainyard_abandoned_total',
      'Requests whose client went away.',
      each((of) => of.abandoned),
    ),
    gauge(
      'trainyard_in_flight',
      'Requests that have begun and not ended.',
      each((of) => of.inFlight),
    ),
    counter(
      'trainyard_runs_total',
      'Runs of the model, each for one or more requests.',
      each((of) => of.runs),
    ),
  ]
}

function latencyFamily(models: Exposed['models']): Family {
  const samples = models.flatMap((model): readonly Sample[] => {
    const labels = labelsOf(model)
    const { latency } = model.metrics
    return [
      ...latency.cumulative().map((count, at): Sample => [{ ...labels, le: String(bounds[at]) }, count, '_bucket']),
      [{ ...labels, le: '+Inf' }, latency.count, '_bucket'],
      [labels, latency.sum, '_sum'],
      [labels, latency.count, '_count'],
    ]
  })
  const help = 'From the headers of a request to the end of its answer, where that is 200.'
  return { name: 'trainyard_request_duration_seconds', type: 'histogram', help, samples }
}

function serverFamilies({ engine, isReady, queueLength, strayErrors, models }: Exposed): readonly Family[] {
  const build = { version: toolVersion, engine, node: process.version }
  return [
    gauge('trainyard_ready', '1 when requests are taken.', isReady ? 1 : 0),
    gauge('trainyard_queue_length', 'Requests that wait for a model.', queueLength),
    counter('trainyard_stray_errors_total', 'Errors at addresses of no model.', strayErrors),
    gauge('trainyard_build_info', 'What runs.', [[build, 1]]),
    gauge(
      'trainyard_model_info',
      'What is served: the sha256 of each ONNX file.',
      models.map((model) => [{ ...labelsOf(model), digest: model.digest }, 1]),
    ),
  ]
}

function processFamilies(): readonly Family[] {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  return [
    counter('process_cpu_seconds_total', 'User and system time.', (userCPUTime + systemCPUTime) / 1e6),
    gauge('process_resident_memory_bytes', 'Resident memory.', process.memoryUsage.rss()),
    gauge('process_resident_memory_max_bytes', 'The largest resident memory so far.', maxRSS * 1024),
    gauge('process_start_time_seconds', 'Since the epoch.', Date.now() / 1000 - process.uptime()),
  ]
}

function labelsOf({ name, version }: Exposed['models'][number]): Labels {
  return { model: name, version: String(version) }
}

/** `suffix` is added to the family's name. */
type Sample = readonly [labels: Labels, value: number, suffix?: string]

interface Family {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly samples: readonly Sample[]
}

function counter(name: string, help: string, values: number | readonly Sample[]): Family {
  return { name, type: 'counter', help, samples: typeof values === 'number' ? [[{}, values]] : values }
}

function gauge(name: string, help: string, values: number | readonly Sample[]): Family {
  return { ...counter(name, help, values), type: 'gauge' }
}

function sample(name: string, labels: Labels, value: number): string {
  const written = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`)
  return `${name}${written.length === 0 ? '' : `{${written.join(',')}}`} ${value}`
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
