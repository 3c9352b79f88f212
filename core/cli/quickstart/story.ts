import { print } from '../print.ts'
import { canary, deployFirst, endpoint, packaged, profiled } from './serving.ts'
import { expecting, type Stage, StoryError } from './stage.ts'
import { judge, logistic, strict, type Told, told, trainAndRegister, trees, unitError } from './versions.ts'

/** The whole story, with the steps that users run. @throws StoryError where it does not go as told. */
export async function tell(stage: Stage): Promise<readonly Told[]> {
  const { chapter } = stage
  chapter('1  The first model: nothing to compare with, so absolute criteria decide, and it gets all the traffic')
  const { told: first, address } = await begin(stage)
  chapter('2  A better one: judged on the same 27,564 flights, then tried on real requests')
  const second = await takeOver(stage, address)
  chapter('3  A mistake that the gate sees: one column in hours instead of minutes')
  const third = await refuse(stage)
  chapter('4  A mistake that only traffic shows: some clients leave the carrier out')
  const fourth = await rollBack(stage, address)
  chapter('5  What serves, and why')
  await look(stage)
  return [first, second, third, fourth]
}

/** The first version is judged, packaged, deployed and promoted, and its release started once. */
async function begin(stage: Stage): Promise<{ told: Told; address: string }> {
  const { trainyard } = stage
  const version = await trainAndRegister(stage, logistic)
  await deliverTwice(stage)
  const gate = await judge(stage, version, 'pass')
  const folder = await packaged(stage, version)
  await profiled(stage, version, folder)
  const address = await deployFirst(stage, version, folder)
  await expecting(0, trainyard('promote', '--candidate', version, '--endpoint', endpoint))
  return { told: told({ version, change: logistic, gate, ending: 'promoted' }), address }
}

/** A better version passes the gate and the canary, and takes over. */
async function takeOver(stage: Stage, address: string): Promise<Told> {
  const { trainyard } = stage
  const version = await trainAndRegister(stage, trees)
  const gate = await judge(stage, version, 'pass')
  await canary(stage, { version, folder: await packaged(stage, version), address, exitCode: 0 })
  await expecting(0, trainyard('promote', '--candidate', version, '--endpoint', endpoint))
  return told({ version, change: trees, gate, ending: 'promoted' })
}

/** A version that the gate refuses, and that promote refuses for that reason. */
async function refuse(stage: Stage): Promise<Told> {
  const version = await trainAndRegister(stage, unitError)
  const gate = await judge(stage, version, 'fail')
  await expecting(3, stage.trainyard('promote', '--candidate', version))
  return told({ version, change: unitError, gate, ending: 'refused by the gate' })
}

/** A version that is as good on the data of the gate, and whose server fails part of its requests. */
async function rollBack(stage: Stage, address: string): Promise<Told> {
  const version = await trainAndRegister(stage, strict)
  const gate = await judge(stage, version, 'pass')
  await canary(stage, { version, folder: await packaged(stage, version), address, exitCode: 3 })
  return told({ version, change: strict, gate, ending: 'rolled back' })
}

/** The trigger runs twice, and the release starts once. */
async function deliverTwice({ trainyard, receiver }: Stage): Promise<void> {
  await expecting(0, trainyard('trigger'))
  await expecting(0, trainyard('trigger'))
  if (receiver.deliveries.length !== 1) {
    throw new StoryError(`the release was started ${receiver.deliveries.length} times`)
  }
  print('\nThe trigger ran twice; the release was started once.')
}

async function look({ trainyard }: Stage): Promise<void> {
  await expecting(0, trainyard('endpoints'))
  await expecting(0, trainyard('models', 'flights'))
  await expecting(0, trainyard('lineage', 'flights@champion'))
  await expecting(0, trainyard('audit'))
}
