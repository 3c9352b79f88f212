import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Workspace } from '../../../core/workspace/workspace.ts'
import { directoryPlace, inPlace, inside, type TestPlace } from '../places.ts'
import { gate, keep, register, runEnd, runStart } from '../records.ts'
import { copy, memory } from './copying.ts'

/** Things that happen in workspaces; what cannot happen as things stand is refused there, and that is as good. */
const work = fc.record({
  kind: fc.constantFrom(
    'train',
    'register',
    'tag',
    'alias',
    'unalias',
    'delete',
    'gate',
    'deploy',
    'retire',
    'dataset',
  ),
  model: fc.constantFrom('flights', 'delays'),
  version: fc.integer({ min: 1, max: 4 }),
  text: fc.constantFrom('a', 'b', 'c'),
})
type Work = typeof work extends fc.Arbitrary<infer T> ? T : never

async function happen({ kind, model, version, text }: Work, workspace: Workspace, folder: string): Promise<unknown> {
  const { models, runs, evidence, deployments, datasets } = workspace
  const slot = { endpoint: 'prod', name: model, model, version }
  switch (kind) {
    case 'train': {
      const { run } = await runs.start(runStart({ model }))
      const artifacts = await keep(workspace, folder, `trained ${text}`)
      await runs.finish(run.id, runEnd({ artifacts }))
      return register(workspace, artifacts, { model, run: run.id })
    }
    case 'register':
      return register(workspace, await keep(workspace, folder, text), { model })
    case 'tag':
      return models.tag(model, version, { Text: text })
    case 'alias':
    case 'unalias': {
      const from = (await models.find(model))?.aliases['champion']
      return models.moveAlias({ model, alias: 'champion', from, to: kind === 'alias' ? version : undefined, why: text })
    }
    case 'delete':
      return models.delete(model, version, text)
    case 'gate':
      return evidence.add(gate((await models.version(model, version)).files, 'pass'))
    case 'deploy':
      await deployments.setEndpoint({ name: 'prod', environment: 'prod', target: 'process' })
      return deployments.record({ ...slot, share: 100, state: 'live' })
    case 'retire':
      return deployments.record({ ...slot, share: 0, state: 'retired' })
    default:
      return datasets.register({ name: `${model}-data`, files: await keep(workspace, folder, text) })
  }
}

async function allHappen(works: readonly Work[], place: TestPlace): Promise<void> {
  for (const one of works) {
    await inside(place, (workspace) => happen(one, workspace, place.folder)).catch((error: unknown) => {
      if (!/^(Input|Range)Error/.test(String(error))) throw error
    })
  }
}

test('whatever happens, before and between copies: a copy of a copy equals its source', async () => {
  const some = fc.array(work, { maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(some, some, some, async (first, second, third) => {
      await inPlace(directoryPlace, (a) =>
        inPlace(directoryPlace, (b) =>
          inPlace(directoryPlace, async (c) => {
            await allHappen(first, a)
            await copy(a, b)
            await allHappen(second, a)
            await copy(a, b)
            expect(await memory(b)).toEqual(await memory(a))
            await allHappen(third, b)
            await copy(b, c)
            expect(await memory(c)).toEqual(await memory(b))
            await copy(b, a)
            expect(await memory(a)).toEqual(await memory(c))
          }),
        ),
      )
    }),
    { numRuns: Number(process.env['TRAINYARD_RUNS'] ?? 12) },
  )
}, 300_000)
