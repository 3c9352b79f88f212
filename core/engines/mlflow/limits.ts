/**
 * What MLflow holds in one value, in characters: the least of the releases that we work with (2.22 to 3.17, mlflow/utils/validation.py).
 */
export const limits = {
  tagValue: 5000,
  paramValue: 6000,
  key: 250,
  metricsPerBatch: 1000,
  paramsPerBatch: 100,
  tagsPerBatch: 100,
  datasetDigest: 36,
} as const

/** A tag, a parameter or the like. */
export interface KeyValue {
  readonly key: string
  readonly value: string
}

/** Whether MLflow takes a text as a key of a tag, a parameter or a metric. */
export function isKey(text: string): boolean {
  if (text.length > limits.key || !/^[/\w.\- ]+$/.test(text)) return false
  // MLflow keeps some keys as file names, and refuses what would mean another file.
  return text.split('/').every((part) => part !== '' && part !== '.' && part !== '..') && !text.startsWith('/')
}

/** A text as a key: other characters become `_`. */
export function keyOf(text: string): string {
  const safe = text
    .replaceAll(/[^/\w.\- ]/g, '_')
    .split('/')
    .map((part) => (part === '' || part === '.' || part === '..' ? '_' : part))
    .join('/')
  return safe.slice(0, limits.key).replace(/\/$/, '_')
}

/** A text cut to what fits. */
export function fitting(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`
}

/** A list in parts of at most so many. */
export function inParts<T>(list: readonly T[], length: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / length) }, (_, n) => list.slice(n * length, (n + 1) * length))
}
