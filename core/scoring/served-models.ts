import type { Digest } from '../records/digest.ts'
import type { ServedModel as Configured } from './config.ts'
import { ModelMetrics } from './metrics.ts'
import { Refused, shown, unavailable } from './protocol/refused.ts'
import type { Ports } from './protocol/request.ts'
import type { Runnable } from './run-queue.ts'

/** A model version that this server serves. */
export interface Served {
  readonly name: string
  readonly version: number
  readonly file: string
  readonly digest: Digest
  readonly metrics: ModelMetrics
  /** Undefined until it is loaded and warmed up. */
  loaded: Loaded | undefined
}

/** A model version that can answer. */
export interface Loaded {
  readonly ports: Ports
  readonly runnable: Runnable
}

/** The model versions of a server. */
export class ServedModels {
  readonly all: readonly Served[]

  constructor(configured: readonly Configured[]) {
    this.all = configured.map((model) => ({ ...model, metrics: new ModelMetrics(), loaded: undefined }))
  }

  /** The versions of a name, ascending. */
  versionsOf(name: string): readonly Served[] {
    return this.all.filter((model) => model.name === name).sort((a, b) => a.version - b.version)
  }

  /**
   * The version that an address means; without a version, the highest.
   *
   * @throws Refused 404 that names what there is.
   */
  find(name: string, version: string | undefined): Served {
    const versions = this.versionsOf(name)
    const found = version === undefined ? versions.at(-1) : versions.find((one) => String(one.version) === version)
    if (found !== undefined) return found
    if (versions.length === 0) {
      const names = [...new Set(this.all.map((model) => shown(model.name)))].join(', ')
      throw new Refused(404, `There is no model ${shown(name)}; there is ${names}`)
    }
    const there = versions.map((one) => one.version).join(', ')
    throw new Refused(404, `The model ${shown(name)} has no version ${shown(version)}; it has ${there}`)
  }
}

/**
 * What a model version can do.
 *
 * @throws Refused 503 while it is not loaded.
 */
export function demandLoaded({ name, version, loaded }: Served): Loaded {
  if (loaded === undefined) throw unavailable(`The model ${name}, version ${version}, is not loaded yet`)
  return loaded
}
