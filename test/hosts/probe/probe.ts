import { writeFileSync } from 'node:fs'
import type { Host } from '../../../core/host/host.ts'
import { errorMessage, TrainyardError } from '../../../core/errors/errors.ts'
import { armExitGuard } from '../../../core/main/exit-guard.ts'
import { endings } from './endings.ts'
import { scenarios } from './scenarios.ts'

/** The inputs of the probe that hold secrets. */
export const secrets = ['token']

/** Does to a host what the environment variable `PROBE` says, as a step would. What a scenario returns goes to the file `PROBE_REPORT`. */
export async function probe(host: Host): Promise<void> {
  armExitGuard(host)
  const name = process.env['PROBE'] ?? ''
  const ending = endings[name]
  if (ending !== undefined) {
    await ending(host)
    return
  }
  const scenario = scenarios[name]
  if (scenario === undefined) throw new Error(`there is no scenario ${name}`)
  const report = process.env['PROBE_REPORT']
  const result = await scenario(host).catch((error: unknown) => ({ thrown: described(error) }))
  if (report !== undefined) writeFileSync(report, JSON.stringify(result) ?? 'null')
  if (!host.isFinished) host.finish({ kind: 'succeeded', message: 'The probe has ended' })
}

function described(error: unknown): object {
  if (!(error instanceof TrainyardError)) return { name: 'defect', message: errorMessage(error) }
  return {
    name: error.name,
    code: error.code,
    details: error.details,
    ...('faults' in error ? { faults: error.faults } : {}),
    ...('facts' in error ? { facts: error.facts } : {}),
  }
}
