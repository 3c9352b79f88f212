import { DefaultAzureCredential } from '@azure/identity'

/** The usual chain of Azure's clients: variables, a federated token, the machine's identity, the command line tool. */
export function usualCredential(): DefaultAzureCredential {
  return new DefaultAzureCredential()
}
