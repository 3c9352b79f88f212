import { code, plain } from '../main/markdown.ts'
import type { ModelVersion } from '../records/model.ts'
import type { Allowed } from './decide.ts'
import type { Traffic } from './traffic.ts'

/** A promotion that was made. */
export interface Promoted {
  readonly alias: string
  readonly version: ModelVersion
  readonly from: ModelVersion | undefined
  readonly decision: Allowed
  readonly traffic: Traffic | undefined
}

/** The sentence that the host shows, and the warning that it is where people should hear a concern. */
export function messageOf(promoted: Promoted): { readonly message: string; readonly warning: string | undefined } {
  const { concern } = promoted.decision
  const message = sentenceOf(promoted, (text) => text)
  return { message, warning: concern === undefined ? undefined : `${message}. ${concern}` }
}

/** The page about a promotion. */
export function summaryOf(promoted: Promoted): string {
  const { decision, traffic } = promoted
  const { concern } = decision
  return [
    `### ${concern === undefined ? '✅' : '⚠️'} ${sentenceOf(promoted, code)}`,
    decision.kind === 'forced'
      ? `**Forced** without a passing gate: ${plain(decision.reason)}`
      : `A gate passed these very bytes, evidence ${code(decision.gate.id)}.`,
    ...(traffic === undefined ? [] : [trafficLine(traffic)]),
    ...(concern === undefined ? [] : [plain(concern)]),
    '',
  ].join('\n\n')
}

function sentenceOf({ alias, version, from, traffic }: Promoted, mark: (text: string) => string): string {
  const { model, version: number } = version
  const before = from === undefined ? 'the first one' : `before: ${model}@${from.version}`
  const state = from?.version === number ? `is ${mark(alias)} already` : `is ${mark(alias)} now (${before})`
  const served = traffic === undefined ? '' : `, with all the traffic of ${mark(traffic.endpoint)}`
  return `${mark(`${model}@${number}`)} ${state}${served}`
}

function trafficLine({ access, endpoint }: Traffic): string {
  switch (access.kind) {
    case 'canary':
      return `A canary of these very bytes passed at ${code(endpoint)}, evidence ${code(access.canary.id)}.`
    case 'stable':
      return `It was stable at ${code(endpoint)} before.`
    case 'forced':
      return `**Forced** without a passing canary: ${plain(access.reason)}`
    case 'refused':
      return plain(access.reason)
  }
}
