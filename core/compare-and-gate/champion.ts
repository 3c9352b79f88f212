import type { Context } from '../main/context.ts'
import { filesOf, type Subject, subjectOf } from '../main/subject.ts'
import { referenceText } from '../records/reference.ts'
import { servingAt } from '../targets/serving.ts'
import type { definition } from './definition.ts'

type GateContext = Context<typeof definition>

/** What the candidate is compared with. */
export interface Champion extends Subject {
  /** The endpoint that it serves at, where it is champion because of that. */
  readonly endpoint?: string
}

/**
 * Finds the champion: what was named; else what serves at the endpoint that was named; else the alias `champion`. Never the
 * newest version: that says nothing about production.
 *
 * @returns Undefined where there is none, or where it holds the candidate's very bytes: a comparison with itself says nothing.
 */
export async function championOf(context: GateContext, candidate: Subject): Promise<Champion | undefined> {
  const champion = await found(context)
  if (champion?.files.digest !== candidate.files.digest) return champion
  context.host.log.warning(
    `${candidate.reference} has the very files of ${champion.reference}: a comparison with itself says nothing`,
  )
  return undefined
}

async function found(context: GateContext): Promise<Champion | undefined> {
  const { inputs, workspace } = context
  if (inputs.champion !== undefined) return filesOf(inputs.champion, workspace)
  const serving = await servingChampion(context)
  if (serving !== undefined) return serving
  const version = await workspace.models.tryResolve({ kind: 'alias', model: inputs.model, alias: 'champion' })
  return version && subjectOf(version, workspace)
}

/** What serves at the named endpoint, with a warning where the alias names something else. */
async function servingChampion({ inputs, workspace, host }: GateContext): Promise<Champion | undefined> {
  const { endpoint, model } = inputs
  if (endpoint === undefined) return undefined
  const { stable } = await servingAt(endpoint, workspace)
  if (stable?.model !== model) {
    const what = stable === undefined ? 'nothing' : `${stable.model}@${stable.version}`
    host.log.warning(`${endpoint} serves ${what}, and no ${model}: the alias champion is compared with`)
    return undefined
  }
  const version = await workspace.models.version(model, stable.version)
  const named = await workspace.models.tryResolve({ kind: 'alias', model, alias: 'champion' })
  if (named !== undefined && named.version !== version.version) {
    const alias = referenceText({ kind: 'version', model, version: named.version })
    host.log.warning(`${model}@${version.version} serves at ${endpoint}, while the alias champion names ${alias}`)
  }
  return { ...(await subjectOf(version, workspace)), endpoint }
}
