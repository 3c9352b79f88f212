import type { Gate } from '../main/gates.ts'
import { type Digest, shortDigest } from '../records/digest.ts'
import type { ModelVersion } from '../records/model.ts'

/** A promotion may go on, with a gate's evidence or by force. */
export type Allowed =
  | { readonly kind: 'gated'; readonly gate: Gate; readonly concern?: string | undefined }
  | { readonly kind: 'forced'; readonly reason: string; readonly concern?: undefined }

/** Whether a promotion may go on, or why not. */
export type Decision = Allowed | { readonly kind: 'refused'; readonly reasons: readonly string[] }

/** What is decided on. */
export interface Question {
  /** The gates about the version's bytes, newest first. */
  readonly gates: readonly Gate[]
  /** The champion that is replaced; undefined where there is none, or where another alias moves. */
  readonly champion: Pick<ModelVersion, 'model' | 'version' | 'files'> | undefined
  /** The criteria file that the project names now, relative to the project; undefined where it names none. */
  readonly criteria?: CriteriaNow | undefined
  readonly force: boolean
  readonly reason?: string | undefined
}

/** A criteria file as it is now. */
export interface CriteriaNow {
  readonly file: string
  /** Undefined where the file is not there. */
  readonly digest: Digest | undefined
}

/**
 * Decides by the newest gate evidence about the version's bytes: an older pass does not outweigh a newer fail. A forced
 * promotion that has a passing gate anyway is an ordinary one. A gate that let it through by force makes the promotion a forced one. A
 * gate that compared with another version than the one that is replaced, or judged by other criteria than those of now, is enough,
 * but a concern that people should hear.
 */
export function decide({ gates: [newest], champion, criteria, force, reason }: Question): Decision {
  if (newest?.verdict === 'pass') {
    const concerns = [concernOf(newest, champion), criteriaConcern(newest, criteria)].filter((one) => one !== undefined)
    return { kind: 'gated', gate: newest, concern: concerns.length === 0 ? undefined : concerns.join('. ') }
  }
  if (force && reason !== undefined) return { kind: 'forced', reason }
  if (newest?.forced !== undefined)
    return { kind: 'forced', reason: `${newest.forced} (forced at the gate, evidence ${newest.id})` }
  return {
    kind: 'refused',
    reasons: [
      newest === undefined
        ? 'no gate has judged these files'
        : `the newest gate says ${newest.verdict ?? 'nothing'}${newest.problem === undefined ? '' : `, because its evidence ${newest.problem}`} (${newest.at}, evidence ${newest.id})`,
    ],
  }
}

function concernOf({ champion: compared }: Gate, champion: Question['champion']): string | undefined {
  if (champion === undefined || compared?.digest === champion.files.digest) return undefined
  const other = compared === undefined ? 'nothing' : compared.reference
  return `The gate compared it with ${other}, and it replaces ${champion.model}@${champion.version}: nobody has compared the two`
}

function criteriaConcern({ criteria: judged }: Gate, now: CriteriaNow | undefined): string | undefined {
  if (judged === undefined || now === undefined) return undefined
  if (judged.file !== now.file) return `The gate judged by ${judged.file}, and the project names ${now.file}`
  if (now.digest === undefined || judged.digest === undefined || judged.digest === now.digest) return undefined
  const [before, after] = [judged.digest, now.digest].map(shortDigest)
  return `${now.file} has changed since the gate judged by it (${before} then, ${after} now)`
}
