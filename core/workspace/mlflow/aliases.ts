import type { MlflowModel } from '../../engines/mlflow/models.ts'
import { namePattern } from '../../records/reference.ts'
import { keys, own, read } from '../registry/documents.ts'
import { type AdoptParts, appendAs } from './adopt.ts'
import { foreigner } from './foreign.ts'
import { marks } from './service.ts'

/** The alias that `championStage` may mean a stage by. */
const champion = 'champion'

const none = 'none'

/**
 * Compares the aliases of a model there and here. What the ledger moved and nobody showed there is shown; what others moved there is
 * recorded here as their move. A tag at the model says what we showed there last, and so tells the two apart.
 *
 * @param isShown whether this client may write there
 */
export async function syncAliases(parts: AdoptParts, name: string, isShown: boolean): Promise<void> {
  const { service, ledger } = parts
  const model = await service.api.models.find(service.nameOf(name))
  if (model === undefined) return
  const doc = await read(await ledger.view(), keys.model(name))
  const there = aliasesAt(model, service.championStage)
  const shown = new Map(model.tags.map(({ key, value }) => [key, value]))
  for (const alias of new Set([...there.keys(), ...Object.keys(doc?.aliases ?? {})])) {
    const to = there.get(alias)
    const from = own(doc?.aliases, alias)
    if (to === from) continue
    if ((shown.get(`${marks.alias}${alias}`) ?? none) === (to === undefined ? none : String(to))) {
      if (isShown) await showAlias(parts, name, alias)
    } else {
      await recordMove(parts, { model: name, alias, from, to, moves: doc?.history.length ?? 0 })
      if (isShown) await tagShown(parts, { name, alias, version: to })
    }
  }
}

/** Shows an alias there as the ledger has it: whatever other clients of ours do meanwhile, the ledger's newest word stays. */
export async function showAlias(parts: AdoptParts, name: string, alias: string): Promise<void> {
  const { service, ledger } = parts
  for (;;) {
    const version = own((await read(await ledger.view(), keys.model(name)))?.aliases, alias)
    await tagShown(parts, { name, alias, version })
    await setAlias(parts, { name, alias, version })
    const now = own((await read(await ledger.view(), keys.model(name)))?.aliases, alias)
    if (now === version) return
  }

  async function setAlias(_: AdoptParts, at: Shown): Promise<void> {
    const { models } = service.api
    if (alias !== champion || service.championStage === undefined) {
      await models.setAlias(service.nameOf(name), alias, at.version)
      return
    }
    const before = aliasesAt(await models.find(service.nameOf(name)), service.championStage).get(champion)
    if (at.version !== undefined) await models.setStage(service.nameOf(name), at.version, service.championStage)
    else if (before !== undefined) await models.setStage(service.nameOf(name), before, 'None')
  }
}

interface Shown {
  readonly name: string
  readonly alias: string
  readonly version: number | undefined
}

async function tagShown({ service }: AdoptParts, { name, alias, version }: Shown): Promise<void> {
  const tag = { key: `${marks.alias}${alias}`, value: version === undefined ? none : String(version) }
  await service.api.models.setTag(service.nameOf(name), tag)
}

interface Move {
  readonly model: string
  readonly alias: string
  readonly from: number | undefined
  readonly to: number | undefined
  /** How many moves the model had when this one was seen: two who see it record it once. */
  readonly moves: number
}

async function recordMove(parts: AdoptParts, { model, alias, from, to, moves }: Move): Promise<void> {
  await appendAs(parts, foreigner(undefined), {
    request: `mlflow/${model}/${alias}/${moves}/${from ?? 0}/${to ?? 0}`,
    async decide(view) {
      const doc = await read(view, keys.model(model))
      const isGone = to !== undefined && to > (doc?.last ?? 0)
      if (isGone || own(doc?.aliases, alias) !== from || doc?.history.length !== moves) return []
      return [
        {
          kind: 'alias.moved',
          model,
          alias,
          ...(from === undefined ? {} : { from }),
          ...(to === undefined ? {} : { to }),
          why: 'moved at the MLflow server by somebody else',
        },
      ]
    },
  })
}

function aliasesAt(model: MlflowModel | undefined, championStage: string | undefined): ReadonlyMap<string, number> {
  const found = new Map(
    (model?.aliases ?? [])
      .filter(({ alias }) => namePattern.test(alias) && alias !== 'latest')
      .map(({ alias, version }) => [alias, version]),
  )
  if (championStage === undefined) return found
  const staged = model?.latest_versions.find(({ current_stage: stage }) => stage === championStage)
  if (staged === undefined) found.delete(champion)
  else found.set(champion, staged.version)
  return found
}
