interface Result {
  readonly isRequired: boolean
  readonly kind?: string | undefined
  readonly metric?: string | undefined
}

/** What the first sentences about a gate are made of; evidence has it. */
interface Judged {
  readonly candidate: string
  readonly champion?: { readonly reference: string } | undefined
  readonly verdict: {
    readonly kind: 'pass' | 'fail' | 'inconclusive'
    readonly needed?: number | undefined
    readonly isUncompared: boolean
    readonly results: readonly Result[]
  }
  readonly data?: { readonly rows: number } | undefined
}

/**
 * What the gate says, for somebody who knows no statistics: `flights@2 may take the place of flights@1`.
 *
 * @param mark Sets a name apart, as the page does it.
 */
export function headlineOf({ verdict, candidate, champion }: Judged, mark: (name: string) => string): string {
  const one = mark(candidate)
  if (champion === undefined) {
    if (verdict.kind === 'pass') return `${one} is good enough`
    return verdict.kind === 'fail' ? `${one} is not good enough` : `nobody can say yet whether ${one} is good enough`
  }
  const other = mark(champion.reference)
  if (verdict.kind === 'pass') return `${one} may take the place of ${other}`
  if (verdict.kind === 'fail') return `${one} must not take the place of ${other}`
  return `nobody can say yet whether ${one} may take the place of ${other}`
}

/** What it would take to get another verdict, in one plain sentence; undefined for a pass. */
export function changeOf({ verdict, data }: Judged): string | undefined {
  const { kind, needed, isUncompared, results } = verdict
  if (kind === 'pass') return undefined
  if (kind === 'fail') return failing(results)
  if (needed !== undefined) {
    const now = data === undefined ? '' : ` (there were ${data.rows.toLocaleString('en-US')})`
    return `It takes about ${needed.toLocaleString('en-US')} rows like these to decide${now}.`
  }
  if (isUncompared && !results.some(({ isRequired }) => isRequired))
    return 'It takes a required criterion with an absolute bound, since there is no champion to compare with.'
  return 'More rows alone may not decide it: the reasons say what is missing.'
}

function failing(results: readonly Result[]): string {
  const failed = results.filter(({ isRequired, kind }) => isRequired && kind === 'fail')
  if (failed.length > 0 && failed.every(({ metric }) => metric === 'signature'))
    return 'It takes a candidate with the inputs and outputs of the champion; or callers that are ready for the new ones, and force with a reason that says so.'
  return 'It takes another candidate: more rows of this kind would hardly change it.'
}
