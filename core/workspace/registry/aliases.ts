import type { AliasMove } from '../../records/model.ts'
import { namePattern } from '../../records/reference.ts'
import type { Models } from '../workspace.ts'
import { decideMove } from './decide/models.ts'
import { keys, read } from './documents.ts'
import { packEvidence } from './evidence.ts'
import { changeIn, type Registry } from './registry.ts'
import { without } from './stored.ts'

/** Makes the method that moves aliases. */
export function createAliases(registry: Registry): Models['moveAlias'] {
  return async ({ statement, event, ...move }) => {
    const { model, alias, from, to } = move
    if (!namePattern.test(alias) || alias === 'latest') throw new RangeError(`not a name of an alias: ${alias}`)
    const evidence = statement === undefined ? undefined : await packEvidence(statement, registry)
    const { result } = await registry.transact<AliasMove>({
      request: `${registry.request}/alias/${model}/${alias}/${from ?? 0}/${to ?? 0}`,
      async decide(view) {
        const doc = await read(view, keys.model(model))
        const page = to === undefined ? undefined : await read(view, keys.versions(model, to))
        return decideMove({ doc, page, move, evidence, event })
      },
      result: (_, { changes, at, by }) => ({ ...without(changeIn(changes, 'alias.moved'), 'kind', 'model'), at, by }),
    })
    return result
  }
}
