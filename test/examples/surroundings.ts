import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { projectShape } from '../../core/project/shape.ts'
import { root } from '../../scripts/lib/sources.mjs'
import type { Surroundings } from './steps.ts'

/** The folder of the example project. */
export const flightsFolder = join(root, 'workflows-examples/flights')

/** The example project, which the example pipelines are written for. */
export const flights: Surroundings = { folder: flightsFolder, projectKeys: projectKeys('flights') }

function projectKeys(model: string): readonly string[] {
  const { models } = projectShape.parse(parse(readFileSync(join(flightsFolder, 'trainyard.yml'), 'utf8')))
  return Object.keys(models[model] ?? {})
}
