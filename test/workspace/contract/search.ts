import { expect } from 'vitest'
import { parseQuery } from '../../../core/workspace/search/parse.ts'
import type { Query, SearchKind } from '../../../core/workspace/search/query.ts'
import type { Workspace } from '../../../core/workspace/workspace.ts'
import { inPlace, inside, type PlaceKind, type TestPlace } from '../places.ts'
import { keep, register, runEnd, runStart } from '../records.ts'
import { promise } from './promise.ts'

/** A search that a test writes. */
export function query(text: string, kind: SearchKind = 'versions'): Query {
  const parsed = parseQuery(text, kind)
  if ('faults' in parsed) throw new Error(JSON.stringify(parsed.faults))
  return parsed.query
}

/** Promise 7: the same language finds versions, runs and datasets, whatever the workspace is kept in. */
export function searching(kind: PlaceKind): void {
  const stated = promise(kind, 7)

  stated('one language finds versions, runs and datasets', async () => {
    await inPlace(kind, async (place) => {
      const [weak, strong] = [await train(place, 'weak', 0.7), await train(place, 'strong', 0.9)]
      await inside(place, (workspace) => versions(workspace, place, { weak, strong }))
      await inside(place, async (workspace) => {
        const found = async (text: string, limit?: number) =>
          (await workspace.models.search(query(text), limit === undefined ? {} : { limit })).map(
            ({ model, version }) => `${model}@${version}`,
          )

        expect(await found('')).toEqual(['flights@3', 'flights@1', 'otters@1'])
        expect(await found('', 2)).toEqual(['flights@3', 'flights@1'])
        expect(await found('tag Stage = prod')).toEqual(['flights@3', 'otters@1'])
        expect(await found('tag Stage=prod and model = otters')).toEqual(['otters@1'])
        expect(await found('metric auc >= 0.8')).toEqual(['flights@3'])
        expect(await found('metric auc and not tag Stage = prod')).toEqual(['flights@1'])
        expect(await found('param depth = 3 and experiment = weak')).toEqual(['flights@1'])
        expect(await found('alias = champion')).toEqual(['flights@1'])
        expect(await found('alias = nobody')).toEqual([])
        expect(await found(`run = ${strong}`)).toEqual(['flights@3'])
        expect(await found('dataset = april')).toEqual(['otters@1'])
        expect(await found('commit = c0ffee and state = succeeded and created > 1h ago')).toHaveLength(2)
        expect(await found('created > 2999-01-01')).toEqual([])

        const runs = async (text: string) => (await workspace.runs.search(query(text, 'runs'))).map(({ id }) => id)
        expect(await runs('')).toEqual([strong, weak])
        expect(await runs('experiment = weak or metric auc > 0.8')).toEqual([strong, weak])
        expect(await runs(`metric auc < 0.8 and not run = ${strong}`)).toEqual([weak])
        expect(await runs('state = failed')).toEqual([])

        const datasets = async (text: string) =>
          (await workspace.datasets.search(query(text, 'datasets'))).map(({ name, version }) => `${name}@${version}`)
        expect(await datasets('tag Region = north')).toEqual(['april@2'])
        expect(await datasets('dataset = april')).toEqual(['april@2', 'april@1'])
      })
    })
  })
}

function train(place: TestPlace, experiment: string, auc: number): Promise<string> {
  return inside(place, async ({ runs }) => {
    const { run } = await runs.start(runStart({ experiment }))
    await runs.finish(run.id, runEnd({ metrics: { auc }, params: { depth: 3 } }))
    return run.id
  })
}

async function versions(
  workspace: Workspace,
  place: TestPlace,
  runs: { readonly weak: string; readonly strong: string },
) {
  const files = (text: string) => keep(workspace, place.folder, text)
  await workspace.datasets.register({ name: 'april', files: await files('rows') })
  await workspace.datasets.register({ name: 'april', files: await files('more rows'), tags: { Region: 'north' } })
  await register(workspace, await files('one'), { run: runs.weak })
  await register(workspace, await files('two'), { tags: { Stage: 'prod' } })
  await workspace.models.delete('flights', 2, 'a mistake')
  await register(workspace, await files('three'), { run: runs.strong, tags: { Stage: 'prod' } })
  await register(workspace, await files('otter'), { model: 'otters', datasets: ['april@1'], tags: { Stage: 'prod' } })
  await workspace.models.moveAlias({ model: 'flights', alias: 'champion', from: undefined, to: 1, why: 'the first' })
}
