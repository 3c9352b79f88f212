import { InputError } from '../errors/errors.ts'
import type { Host } from '../host/host.ts'

/**
 * Ends a step that changes what others rely on when the code that runs is not trusted, such as a fork's pull request.
 *
 * @throws InputError TY0211 with the host's reason.
 */
export function demandTrust(host: Host, deed: string): void {
  const { trust, ref } = host.context
  if (trust.kind === 'trusted') return
  throw new InputError({ code: 'TY0211', details: `${ref ?? 'This ref'} may not ${deed}: ${trust.why}` })
}
