/**
 * The type of Azure service connection behind each connection input. Built-in ones where they fit, so that no
 * administrator has to install anything: `externaltfs` is Azure Repos/Team Foundation Server, whose token opens every Azure DevOps API.
 */
export const connectionTypes: Readonly<Record<string, string>> = {
  azureDevops: 'externaltfs',
}
