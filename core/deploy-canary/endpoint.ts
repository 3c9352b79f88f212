import type { CanaryContext, Ground } from './run.ts'

/** Makes the endpoint, if it is not there, and records where it answers. Returns the address. */
export async function rememberEndpoint(
  { inputs, workspace }: CanaryContext,
  { target }: Pick<Ground, 'target'>,
): Promise<string> {
  const { endpoint: name, environment } = inputs
  const { address } = await target.ensureEndpoint(name)
  await workspace.deployments.setEndpoint({ name, environment, target: target.id, address })
  return address
}
