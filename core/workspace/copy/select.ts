import { InputError } from '../../errors/errors.ts'
import { notFound } from '../failures.ts'
import type { Part, Parts } from './parts.ts'

/**
 * The parts that belong to some models: what happened to them, the datasets that they were made from, the endpoints that they
 * were deployed at, and the evidence about them. Everything when no model is named.
 *
 * @throws InputError for a model that is not there, and when a version descends from one of a model that is not among them.
 */
export function select(parts: Parts, models: readonly string[] | undefined): readonly Part[] {
  if (models === undefined) return parts.all
  const unknown = models.filter((model) => !parts.models.has(model))
  if (unknown.length > 0) throw notFound(`no model is called ${unknown.join(' or ')}`)
  const wanted = new Set(models)
  demandParents(parts, wanted)
  const datasets = new Set(models.flatMap((model) => [...(parts.needs.get(model)?.datasets ?? [])]))
  return parts.all.filter((part) => {
    const { part: name } = part.origin
    if (name.startsWith('dataset/')) return datasets.has(name.slice('dataset/'.length))
    return [...parts.ownersOf(part)].some((model) => wanted.has(model))
  })
}

function demandParents({ needs }: Parts, wanted: ReadonlySet<string>): void {
  const all = new Set(wanted)
  for (const model of all) for (const parent of needs.get(model)?.parents ?? []) all.add(parent)
  if (all.size === wanted.size) return
  const missing = [...all].filter((model) => !wanted.has(model))
  throw new InputError({
    details: `versions of ${[...wanted].join(', ')} descend from versions of ${missing.join(', ')}, which would not be there: select ${[...all].join(',')}`,
  })
}
