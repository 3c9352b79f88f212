import type { Context } from '../../main/context.ts'
import type { EndpointBudgets } from '../../records/budgets.ts'
import type { definition } from '../definition.ts'

/** What an endpoint says a model may need there. */
export interface EndpointBudget {
  readonly endpoint: string
  readonly budgets: EndpointBudgets
}

/** The budget that trainyard.yml gives the endpoint of the step's input; undefined where there is no such input, or no such budget. */
export function endpointBudgetOf({
  inputs,
  project,
}: Pick<Context<typeof definition>, 'inputs' | 'project'>): EndpointBudget | undefined {
  const { endpoint } = inputs
  const budgets = endpoint === undefined ? undefined : project.content.endpoints[endpoint]?.budgets
  return endpoint === undefined || budgets === undefined ? undefined : { endpoint, budgets }
}
