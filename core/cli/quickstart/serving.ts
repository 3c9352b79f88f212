import { join } from 'node:path'
import { print } from '../print.ts'
import { expecting, type Stage, StoryError } from './stage.ts'
import { startTraffic } from './traffic.ts'

/** The endpoint of the story. */
export const endpoint = 'flights'

/** Packages a version; gives the package's folder. */
export async function packaged({ scratch, trainyard }: Stage, version: string): Promise<string> {
  const folder = join(scratch.folder, 'packages', version)
  await expecting(0, trainyard('package', '--candidate', version, '--folder', folder))
  return folder
}

/** Measures a package. A machine that is too busy to send in time has its numbers refused, which the story takes as it is. */
export async function profiled({ trainyard }: Stage, version: string, folder: string): Promise<void> {
  const load = ['--rates', '20, 60', '--duration', '4s', '--max-lag', '100ms']
  const { exitCode } = await trainyard('profile', '--candidate', version, '--folder', folder, ...load)
  if (exitCode !== 0 && exitCode !== 3) throw new StoryError(`the profile ended with ${exitCode}`)
}

/** Deploys the first version: it gets all the traffic at once, since there is nothing to compare with. Gives the address. */
export async function deployFirst({ trainyard }: Stage, version: string, folder: string): Promise<string> {
  const deployed = await expecting(0, trainyard('deploy-canary', ...deployment(version, folder)))
  const { address } = deployed.outputs
  if (address === undefined) throw new StoryError('the endpoint has no address')
  return address
}

/** A canary under the flights of April; it ends as the story wants it, and says what its clients saw. */
export async function canary(
  { scratch, trainyard }: Stage,
  tried: { readonly version: string; readonly folder: string; readonly address: string; readonly exitCode: 0 | 3 },
): Promise<void> {
  const traffic = await startTraffic(tried.address, scratch.checkout)
  try {
    await expecting(tried.exitCode, trainyard('deploy-canary', ...deployment(tried.version, tried.folder)))
  } finally {
    const { sent, failed } = await traffic.stop()
    print(`\nThe clients asked about ${sent.toLocaleString('en-US')} flights meanwhile; ${failed} were not answered.`)
  }
}

/** Times for a story: a team's canary takes hours, and its defaults are made for that. */
function deployment(version: string, folder: string): readonly string[] {
  const times = ['--plan', '20%:4s, 50%:6s', '--look-every', '1s', '--min-bake', '10s', '--deadline', '90s']
  return ['--candidate', version, '--endpoint', endpoint, '--package', folder, ...times]
}
