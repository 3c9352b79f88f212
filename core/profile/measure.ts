import { runLoad } from '../engines/load/run-load.ts'
import type { LoadResult } from '../engines/load/result.ts'
import type { Context } from '../main/context.ts'
import type { ModelVersion } from '../records/model.ts'
import type { definition } from './definition.ts'
import type { Plan } from './plan.ts'
import type { Serving } from './serving.ts'
import { versionUrl } from './subject.ts'

/** What is sent where, and how fast. */
export interface Measurement {
  readonly context: Context<typeof definition>
  readonly plan: Plan
  readonly serving: Serving
  readonly version: ModelVersion
  readonly bodies: readonly string[]
}

/** What the generator saw at one rate. */
export type RateResult = LoadResult & { readonly rate: number; readonly mainPeakBytes?: number }

/** Not measured: connections are opened, and the code of both sides becomes warm. */
const warmUpMs = 1000

/** Any: it decides at which moments requests are sent, the same in every profile. */
const seed = 1

/**
 * Sends load at each rate, from the lowest to the highest. After a rate at which the generator itself was the limit, no higher one
 * is tried.
 */
export async function measure({
  context,
  plan,
  serving,
  version,
  bodies,
}: Measurement): Promise<readonly RateResult[]> {
  const { host, signal, inputs } = context
  const url = `${versionUrl({ url: serving.url, model: version.model, version: version.version })}/infer`
  const headers = { 'content-type': 'application/json' }
  const { watch } = serving
  const results: RateResult[] = []
  for (const [at, rate] of plan.rates.entries()) {
    host.log.info(`${rate} requests a second for ${plan.durationMs / 1000} s`)
    const result = await runLoad(
      {
        url,
        requests: bodies.map((body) => ({ body, headers })),
        rate,
        durationMs: plan.durationMs,
        warmUpMs,
        seed,
        maxLagMs: inputs.maxLag,
        ...(watch === undefined ? {} : { watch }),
      },
      {
        signal,
        onProgress: ({ elapsedMs, totalMs }) =>
          host.log.progress(`${rate} requests a second`, (at + elapsedMs / totalMs) / plan.rates.length),
      },
    )
    results.push({ ...result, rate, ...serving.mainPeak?.() })
    if (result.kind === 'generator-limited') break
  }
  return results
}
