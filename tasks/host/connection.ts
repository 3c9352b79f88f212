import { InputError } from '../../core/errors/errors.ts'
import type { Connection } from '../../core/host/host.ts'
import type { TaskLib } from './task-lib.ts'

interface Named {
  readonly taskLib: TaskLib
  readonly name: string
  readonly value: string
  readonly mask: (secret: string) => void
}

/** The parameters in which kinds of service connections keep their token, lower-case. */
const tokenParameters = ['apitoken', 'accesstoken', 'password', 'serviceprincipalkey']

/**
 * Opens a service connection.
 *
 * @throws InputError when the agent was given none of this id.
 */
export function connectionOf({ taskLib, name, value, mask }: Named): Connection {
  const url = taskLib.task.getEndpointUrl(value, true)
  if (url === undefined || url === '') {
    throw new InputError({
      faults: [
        {
          subject: name,
          source: { kind: 'input' },
          value,
          problem: 'is not a service connection that this job may use',
          rule: 'the name of a service connection of this project, authorised for this pipeline',
        },
      ],
    })
  }
  const token = tokenOf(taskLib, value)
  if (token === undefined) return { url }
  mask(token)
  return { url, token }
}

/** By the whole authorization: the library's functions for one parameter print its value in a debug line. */
function tokenOf({ task }: TaskLib, id: string): string | undefined {
  const parameters = Object.entries(task.getEndpointAuthorization(id, true)?.parameters ?? {})
  for (const wanted of tokenParameters) {
    const found = parameters.find(([name]) => name.toLowerCase() === wanted)?.[1]
    if (found !== undefined && found !== '') return found
  }
  return undefined
}
