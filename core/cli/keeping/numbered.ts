import { InputError } from '../../errors/errors.ts'
import type { Host } from '../../host/host.ts'
import { type ModelReference, referenceText } from '../../records/reference.ts'

/**
 * The version that a reference names by its number: what an alias or `latest` names may be another one in a minute.
 *
 * @throws InputError for every other reference.
 */
export function numberedVersion(
  reference: ModelReference,
  host: Pick<Host, 'inputName'>,
): Extract<ModelReference, { readonly kind: 'version' }> {
  if (reference.kind === 'version') return reference
  const fault = {
    subject: host.inputName('version'),
    source: { kind: 'input' as const },
    problem: 'does not name a version by its number',
    value: referenceText(reference),
    example: 'flights@3',
  }
  throw new InputError({ faults: [fault] })
}
