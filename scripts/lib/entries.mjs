import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './sources.mjs'

/**
 * @typedef {{ folder: string, input: Record<string, string>, banner: string, assets?: string, hasServer?: boolean, hasRouter?: boolean }} Bundle
 *   One output folder. `input`: entry name → source; `assets`: a folder whose files, other than code, are copied as they are, so
 *   that `new URL('./templates/x.yml', import.meta.url)` means the same in the source and in the bundle; `hasServer`: the scoring
 *   server lies below it in `scoring/`, as a bundle of its own, and lends it the runtime's wasm file; `hasRouter`: so does the
 *   router, in `router/`. Paths from the top folder.
 */

/**
 * The bundles of a face, found by looking: a folder with a `main.ts` is an entry, and so is a `post.ts` beside it.
 * @param {string} face `cli`, `actions`, `tasks`, `scoring` or `router`
 * @returns {Bundle[]}
 */
export function bundlesOf(face) {
  if (face === 'cli') return cliBundles()
  if (face === 'scoring') return scoringBundles()
  if (face === 'router') return routerBundles()
  return face === 'actions' ? actionBundles() : taskBundles()
}

/** @returns {Bundle[]} */
function cliBundles() {
  if (!existsSync(join(root, 'core/cli/main.ts'))) return []
  const input = { trainyard: 'core/cli/main.ts', ...loadGenerator() }
  return [{ folder: 'dist/cli', input, banner: '#!/usr/bin/env node', assets: 'core/cli' }]
}

/** A thread of its own, which the step `profile` starts from beside its bundle. @returns {Record<string, string>} */
function loadGenerator() {
  const source = 'core/engines/load/generator/main.ts'
  return existsSync(join(root, source)) ? { 'load-generator': source } : {}
}

/** @returns {Bundle[]} */
function scoringBundles() {
  return scoringBundle('dist/scoring')
}

/**
 * The server of a package: a folder that runs anywhere, with serve.json and the models put beside it. The step `package` takes it
 * from beside its own bundle, so the same bytes lie in several places.
 * @param {string} folder
 * @returns {Bundle[]}
 */
function scoringBundle(folder) {
  if (!existsSync(join(root, 'core/scoring/main.ts'))) return []
  return [{ folder, input: { serve: 'core/scoring/main.ts' }, banner: '' }]
}

/** What splits the traffic of the target `process`, and what its servers load first. @returns {Bundle[]} */
function routerBundles() {
  return routerBundle('dist/router')
}

/** The steps that serve take the router from beside their own bundle. */
const serving = ['deploy-canary', 'promote', 'rollback']

/**
 * @param {string} folder
 * @returns {Bundle[]}
 */
function routerBundle(folder) {
  const home = 'core/targets/process'
  if (!existsSync(join(root, home, 'router/main.ts'))) return []
  const input = { router: `${home}/router/main.ts`, hold: `${home}/hold/main.ts` }
  return [{ folder, input, banner: '' }]
}

/** All actions share one folder of chunks: a repository that uses five of them downloads each library once. @returns {Bundle[]} */
function actionBundles() {
  /** @type {Record<string, string>} */
  const input = {}
  for (const step of stepsIn('actions')) {
    input[step] = `actions/${step}/main.ts`
    if (existsSync(join(root, `actions/${step}/post.ts`))) input[`${step}-post`] = `actions/${step}/post.ts`
  }
  if (Object.keys(input).length === 0) return []
  if ('profile' in input) Object.assign(input, loadGenerator())
  const server = 'package' in input ? scoringBundle('actions/dist/scoring') : []
  const router = serving.some((step) => step in input) ? routerBundle('actions/dist/router') : []
  const has = { hasServer: server.length > 0, hasRouter: router.length > 0 }
  return [{ folder: 'actions/dist', input, banner: '', ...has }, ...server, ...router]
}

/** The agent copies one task's folder and nothing beside it, so each task stands alone. @returns {Bundle[]} */
function taskBundles() {
  return stepsIn('tasks').flatMap((step) => {
    const post = existsSync(join(root, `tasks/${step}/post.ts`)) ? { post: `tasks/${step}/post.ts` } : {}
    const server = step === 'package' ? scoringBundle(`tasks/${step}/dist/scoring`) : []
    const thread = step === 'profile' ? loadGenerator() : {}
    const router = serving.includes(step) ? routerBundle(`tasks/${step}/dist/router`) : []
    const input = { main: `tasks/${step}/main.ts`, ...post, ...thread }
    const has = { hasServer: server.length > 0, hasRouter: router.length > 0 }
    return [{ folder: `tasks/${step}/dist`, input, banner: '', ...has }, ...server, ...router]
  })
}

/** @param {string} face */
function stepsIn(face) {
  const folder = join(root, face)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'main.ts')))
    .sort()
}
