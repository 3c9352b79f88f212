/** The environment variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What the process knows where the environment says nothing. */
export interface Fallbacks {
  readonly folder: string
  readonly tempFolder: string
  /** The name of the account that runs the process. */
  readonly user: string
}

/** The variable's text; an empty one counts as none. */
export function valueOf(env: Environment, name: string): string | undefined {
  const value = env[name]
  return value === undefined || value === '' ? undefined : value
}

/** Whether a variable says yes, as GitHub (`true`) and Azure (`True`) write it. */
export function isTrue(env: Environment, name: string): boolean {
  return env[name]?.toLowerCase() === 'true'
}

/** A count from 1; what is no such number counts as 1. */
export function countOf(env: Environment, name: string): number {
  const count = Number(env[name])
  return Number.isSafeInteger(count) && count >= 1 ? count : 1
}

/** The properties that have a value. */
export function defined<T extends object>(properties: { readonly [K in keyof T]: T[K] | undefined }): T {
  // Optional properties must be absent and not undefined: the type says so, and JSON does.
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined)) as T
}
