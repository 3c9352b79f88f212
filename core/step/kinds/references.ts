import { type ModelReference, parseReference } from '../../records/reference.ts'
import { type Kind, no, ok } from '../kind.ts'

/** A model version or a run: `flights@3`, `flights@champion`, `flights@latest`, `run:<id>`. */
export const modelRefKind: Kind<ModelReference> = {
  name: 'modelRef',
  rule: 'a model reference: name@version, name@alias, name@latest or run:id',
  example: 'flights@champion',
  schema: { type: 'string', pattern: '^(run:[A-Za-z0-9-]+|[A-Za-z][A-Za-z0-9._-]*@[A-Za-z0-9._-]+)$' },
  parse(text) {
    const reference = parseReference(text)
    return reference === undefined ? no('is not a model reference') : ok(reference)
  },
}

/** A secret. It is masked before anything else is done with it, and never shown in a fault. */
export const secretKind: Kind<string> = {
  name: 'secret',
  rule: 'a secret',
  example: '${{ secrets.TOKEN }}',
  schema: { type: 'string' },
  parse: ok,
}

/** A service: on Azure a service connection's id, elsewhere its URL. `core/main` opens it by the host. */
export const connectionKind: Kind<string> = {
  name: 'connection',
  rule: 'a service connection (Azure), or an https address whose token is in the environment',
  example: 'https://dev.azure.com/contoso',
  schema: { type: 'string' },
  parse: ok,
}
