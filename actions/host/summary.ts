import { appendFileSync, statSync } from 'node:fs'
import * as core from '@actions/core'
import { errorMessage } from '../../core/errors/errors.ts'
import { harmless } from '../../core/host/wire/harmless.ts'
import { type Environment, valueOf } from '../../core/host/wire/environment.ts'
import { fitBytes } from '../../core/host/wire/fit.ts'

/** A longer summary is refused whole. */
const limitBytes = 1024 * 1024

const note = '\n\n_The summary was cut here: GitHub takes one mebibyte per step._\n'

/**
 * Adds to the step's summary. Not by `core.summary`, which is asynchronous and unlimited: a step may fail right after it, and one
 * byte too many would lose everything.
 */
export function appendSummary(env: Environment, markdown: string): void {
  const path = valueOf(env, 'GITHUB_STEP_SUMMARY')
  if (path === undefined) {
    core.info(harmless(markdown))
    return
  }
  try {
    const room = limitBytes - Buffer.byteLength(note) - (statSync(path, { throwIfNoEntry: false })?.size ?? 0)
    // Below zero the note is there already.
    if (room >= 0) appendFileSync(path, fitBytes(`${markdown}\n`, room, note))
  } catch (error) {
    core.warning(`The summary cannot be written: ${errorMessage(error)}`)
    core.info(harmless(markdown))
  }
}
