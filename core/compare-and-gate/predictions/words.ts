import { buildName, type PredictedBy } from '../../records/predictions.ts'

/** What made the numbers of one side, as evidence of any release has it. */
type By = { readonly [Key in 'platform' | 'environment' | 'code' | 'file']?: string | undefined } & {
  readonly way: PredictedBy['way']
  readonly runtime?: Parameters<typeof buildName>[0] | undefined
}

interface Judged {
  readonly candidate: string
  readonly champion?: { readonly reference: string } | undefined
  readonly predictions?:
    | { readonly by?: { readonly candidate: By; readonly champion?: By | undefined } | undefined }
    | undefined
}

/** What both sides were evaluated by, in one plain sentence; undefined where the evidence does not say it. */
export function evaluatedBy({ candidate, champion, predictions }: Judged): string | undefined {
  const by = predictions?.by
  if (by === undefined) return undefined
  const [one, other] = [words(by.candidate), by.champion && words(by.champion)]
  if (other === undefined || champion === undefined) return `${candidate} was evaluated by ${one}.`
  if (one === other) return `Both were evaluated by ${one}.`
  return `${candidate} was evaluated by ${one}, ${champion.reference} by ${other}.`
}

function words({ way, runtime, environment, code, platform, file }: By): string {
  if (way === 'onnx') return runtime === undefined ? 'ONNX Runtime' : buildName(runtime)
  if (way === 'files') return `the file ${file ?? 'of its predictions'}`
  const python =
    environment === undefined ? 'an environment that is not known' : `the environment ${short(environment)}`
  return `the predict command in ${python}${code === undefined ? '' : `, with the code ${short(code)}`}${platform === undefined ? '' : ` (${platform})`}`
}

/** `sha256:0b5a4f21`, `commit 0b5a4f21`. */
function short(name: string): string {
  return name.replace(/([0-9a-f]{8})[0-9a-f]+$/, '$1')
}
