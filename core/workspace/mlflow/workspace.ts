import type { ModelReference } from '../../records/reference.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Change } from '../registry/changes.ts'
import { registryFold } from '../registry/effects.ts'
import { verifyWorkspace } from '../verify/verify.ts'
import type { Workspace } from '../workspace.ts'
import { syncAliases } from './aliases.ts'
import { type RegisterParts, registerThere } from './register.ts'

/** What such a workspace is made of. */
export interface BesideParts extends RegisterParts {
  /** The ledger itself, under whatever is only rehearsed. */
  readonly real: Ledger<Change>
}

/**
 * A workspace over a ledger beside an MLflow server: as every other one, but that the server gives the numbers, and that aliases are
 * compared with it before they are used.
 */
export function besideMlflow(workspace: Workspace, parts: BesideParts): Workspace {
  const isShown = workspace.access === 'write'
  const { models } = workspace
  const lookAt = async (reference: ModelReference) => {
    if (reference.kind === 'alias') await syncAliases(parts, reference.model, isShown)
  }
  return {
    ...workspace,
    // Damage must not keep anybody from looking for it.
    verify: (options) => verifyWorkspace({ ledger: parts.real, blobs: parts.files.blobs, fold: registryFold }, options),
    models: {
      ...models,
      register: (start, event) => (isShown ? registerThere(parts, start, event) : models.register(start, event)),
      async find(name) {
        await models.find(name)
        await syncAliases(parts, name, isShown)
        return models.find(name)
      },
      async resolve(reference) {
        await lookAt(reference)
        return models.resolve(reference)
      },
      async tryResolve(reference) {
        await lookAt(reference)
        return models.tryResolve(reference)
      },
      async moveAlias(move) {
        await syncAliases(parts, move.model, isShown)
        return models.moveAlias(move)
      },
    },
  }
}
