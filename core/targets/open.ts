import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { ConfigError } from '../errors/errors.ts'
import type { Host, HostContext } from '../host/host.ts'
import { type ProcessTarget, processTarget } from './process/process-target.ts'

/** What runs deployments, and where on this machine it is remembered. */
export interface OpenedTarget {
  readonly target: ProcessTarget
  readonly stateFolder: string
}

/** What a step says about the target. */
export interface TargetChoice {
  /** The input `stateFolder`. */
  readonly stateFolder?: string | undefined
  /** The public port of an endpoint that is made new. */
  readonly port?: number | undefined
}

/**
 * Opens the target `process`: servers on this very machine.
 *
 * @throws ConfigError TY0214 on a runner that is thrown away after the job.
 */
export function openTarget(host: Host, { stateFolder: given, port }: TargetChoice): OpenedTarget {
  demandOutlives(host.context)
  const stateFolder = given ?? defaultStateFolder(host)
  const target = processTarget({
    stateFolder: join(stateFolder, 'endpoints'),
    env: host.env,
    routerProgram: routerProgram(),
    nodeProgram: process.execPath,
    signal: host.signal,
    onLine: (line) => host.log.debug(line),
    ...(port === undefined ? {} : { port }),
  })
  return { target, stateFolder }
}

/** @throws ConfigError TY0214 where nothing outlives the job. */
export function demandOutlives({ isThrowAway, folder }: Pick<HostContext, 'isThrowAway' | 'folder'>): void {
  if (!isThrowAway) return
  throw new ConfigError({ code: 'TY0214', details: `${folder} is on a runner that is thrown away after this job` })
}

/**
 * Where endpoints are remembered when nobody says: on a person's machine beside what else belongs to the project, in CI in the home
 * of the runner's user, since the checkout is wiped by the next job.
 */
export function defaultStateFolder({ context, env }: Pick<Host, 'context' | 'env'>): string {
  if (!context.isCi) return join(context.folder, '.trainyard', 'serving')
  const home = env['HOME'] ?? env['USERPROFILE'] ?? homedir()
  const repository = (context.repository ?? 'local').replaceAll(/[^A-Za-z0-9._-]+/g, '-')
  return join(home, '.trainyard', 'serving', repository)
}

/** The router's bundle lies beside the bundle that this is part of, or in `dist` above the sources. */
function routerProgram(): string {
  const start = import.meta.dirname
  for (let folder = start; ; folder = dirname(folder)) {
    for (const parts of [
      ['router', 'router.mjs'],
      ['dist', 'router', 'router.mjs'],
    ]) {
      const path = join(folder, ...parts)
      if (existsSync(path)) return path
    }
    if (folder === dirname(folder))
      throw new Error(`the router is missing: there is no router/router.mjs above ${start}`)
  }
}
