import { createRequire } from 'node:module'
import { Ajv, type ValidateFunction } from 'ajv'
import formats from 'ajv-formats'

/** What the published description of an API is used for: to find the operation of a request, and to check both directions. */
interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {
    readonly parameters: Readonly<Record<string, Parameter>>
    readonly examples: Readonly<Record<string, { readonly value: unknown }>>
  }
}

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly schema: object
}

interface Operation {
  readonly operationId: string
  readonly parameters?: readonly ({ readonly $ref: string } | Parameter)[]
  readonly requestBody?: object
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, object>> }>>
}

/** A request as the server read it. */
export interface Asked {
  readonly method: string
  readonly url: URL
  readonly body: unknown
}

/** The operation that a request belongs to, and what its template's parts stand for. */
export interface Matched {
  readonly operationId: string
  readonly path: Readonly<Record<string, string>>
  readonly template: string
  readonly method: string
}

const require = createRequire(import.meta.url)

/** GitHub's own descriptions of its API: of the cloud, and of an Enterprise Server. */
const descriptions = {
  'api.github.com': require.resolve('@octokit/openapi/generated/api.github.com.json'),
  'ghes-3.19': require.resolve('@octokit/openapi/generated/ghes-3.19.json'),
}

/** Checks requests and answers against one of the descriptions of the package @octokit/openapi. */
export class OpenApi {
  readonly #document: Description
  readonly #ajv: Ajv
  readonly #compiled = new Map<string, ValidateFunction>()

  constructor(name: keyof typeof descriptions) {
    this.#document = require(descriptions[name]) as Description
    this.#ajv = new Ajv({ strict: false, allErrors: true, coerceTypes: false })
    formats.default(this.#ajv)
    this.#ajv.addSchema(this.#document, 'api')
  }

  /** The operation of a request, or undefined where the description knows none. */
  match(method: string, pathname: string): Matched | undefined {
    const given = pathname.split('/')
    for (const [template, operations] of Object.entries(this.#document.paths)) {
      const operation = operations[method.toLowerCase()]
      const path = operation === undefined ? undefined : partsOf(template.split('/'), given)
      if (operation === undefined || path === undefined) continue
      return { operationId: operation.operationId, path, template, method: method.toLowerCase() }
    }
    return undefined
  }

  /** What is wrong with a request. */
  requestFaults({ template, method, path }: Matched, { url, body }: Asked): readonly string[] {
    const operation = this.#operation(template, method)
    const parameters = (operation.parameters ?? []).map((one) => this.#parameter(one))
    const known = parameters.filter((one) => one.in === 'query').map((one) => one.name)
    const unknown = [...url.searchParams.keys()].filter((name) => !known.includes(name))
    const given = { path, query: Object.fromEntries(url.searchParams) }
    const values = parameters.flatMap((one) => this.#valueFaults(one, given))
    const isBodyKnown = operation.requestBody !== undefined
    const bodyFaults = isBodyKnown
      ? this.#faults(['paths', template, method, 'requestBody', 'content', 'application/json', 'schema'], body)
      : body === undefined
        ? []
        : ['a body, where the description knows none']
    return [...unknown.map((name) => `unknown query parameter ${name}`), ...values, ...bodyFaults]
  }

  /** What is wrong with an answer: a server that stands in for another must not make up what that would never say. */
  responseFaults({ template, method }: Matched, status: number, body: unknown): readonly string[] {
    const response = this.#operation(template, method).responses[String(status)]
    if (response === undefined) return status >= 400 ? [] : [`status ${status} is not described`]
    if (response.content?.['application/json'] === undefined) return []
    const path = ['paths', template, method, 'responses', String(status), 'content', 'application/json', 'schema']
    return this.#faults(path, body)
  }

  /** A published example, to be filled with what a test needs. */
  example(name: string): unknown {
    const example = this.#document.components.examples[name]
    if (example === undefined) throw new Error(`the description has no example ${name}`)
    return structuredClone(example.value)
  }

  #operation(template: string, method: string): Operation {
    const operation = this.#document.paths[template]?.[method]
    if (operation === undefined) throw new Error(`the description has no ${method} ${template}`)
    return operation
  }

  #parameter(one: { readonly $ref: string } | Parameter): Parameter {
    if (!('$ref' in one)) return one
    const name = one.$ref.split('/').at(-1) ?? ''
    const parameter = this.#document.components.parameters[name]
    if (parameter === undefined) throw new Error(`the description has no parameter ${name}`)
    return parameter
  }

  #valueFaults(
    parameter: Parameter,
    given: { readonly path: Readonly<Record<string, string>>; readonly query: Readonly<Record<string, string>> },
  ): readonly string[] {
    const text = parameter.in === 'path' ? given.path[parameter.name] : given.query[parameter.name]
    if (parameter.in !== 'path' && parameter.in !== 'query') return []
    if (text === undefined) return parameter.required === true ? [`${parameter.name} is missing`] : []
    // The description types `created` as a date, and means GitHub's search syntax for dates, as its own words say.
    if (parameter.name === 'created') return /^(>=)?\d{4}-\d\d-\d\dT[\d:]+Z$/.test(text) ? [] : [`created is ${text}`]
    const asNumber = /^\d+$/.test(text) ? [Number(text)] : []
    const asFlag = text === 'true' || text === 'false' ? [text === 'true'] : []
    const validate = this.#ajv.compile(parameter.schema)
    return [text, ...asNumber, ...asFlag].some((value) => validate(value)) ? [] : [`${parameter.name} is ${text}`]
  }

  #faults(path: readonly string[], value: unknown): readonly string[] {
    const pointer = path.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')
    const validate = this.#compiled.get(pointer) ?? this.#ajv.compile({ $ref: `api#/${pointer}` })
    this.#compiled.set(pointer, validate)
    if (validate(value)) return []
    return (validate.errors ?? []).map((error) => `${error.instancePath || 'the body'} ${error.message ?? 'is wrong'}`)
  }
}

function partsOf(template: readonly string[], given: readonly string[]): Readonly<Record<string, string>> | undefined {
  if (template.length !== given.length) return undefined
  const parts: Record<string, string> = {}
  for (const [index, part] of template.entries()) {
    const value = given[index] ?? ''
    const name = /^\{(\w+)\}$/.exec(part)?.[1]
    if (name === undefined && part !== value) return undefined
    if (name !== undefined) parts[name] = decodeURIComponent(value)
  }
  return parts
}
