import { ConfigError, ExternalError, errorMessage, TrainyardError } from '../../errors/errors.ts'
import { failureOf } from '../http/failure.ts'

/** What is asked of a store, and the right that it takes in the service's own words. */
export interface Asking {
  /** A verb phrase. */
  readonly operation: string
  readonly isWriting: boolean
  /** "s3:PutObject on arn:aws:s3:::bucket/prefix/*". */
  readonly right: string
}

/** What a service said about its refusal. */
export interface Said {
  readonly status: number | undefined
  /** The service's own name for what is wrong. */
  readonly code: string
  readonly message: string
  readonly requestId?: string | undefined
}

/** What an error of a client means. */
export type Meaning = 'no-place' | 'no-credentials' | 'expired' | 'refused' | 'unreachable' | 'failed'

/** What a store's errors are told with. */
export interface Teller {
  readonly url: string
  /** Where its client looks for credentials, in lines for people. */
  readonly credentials: string
  /** What the service said; undefined when it is an error of another kind. */
  said(error: unknown): Said | undefined
  meaning(said: Said): Meaning
}

/** Tells a store's failures in our words; remembers whether it ever let us in. */
export class Failures {
  readonly #teller: Teller
  #hasWorked = false

  constructor(teller: Teller) {
    this.#teller = teller
  }

  /** Does work and tells its failure. Our own errors and defects pass. */
  async tell<T>(asking: Asking, work: () => Promise<T>): Promise<T> {
    try {
      const result = await work()
      this.#hasWorked = true
      return result
    } catch (error) {
      throw this.errorOf(error, asking)
    }
  }

  /** The error to throw for one that was caught. */
  errorOf(error: unknown, asking: Asking): unknown {
    if (error instanceof TrainyardError || error instanceof RangeError) return error
    const { url } = this.#teller
    const facts = { operation: asking.operation, address: url }
    const said = this.#teller.said(error)
    const network = failureOf(error)
    if (said === undefined || (network !== undefined && said.status === undefined)) {
      if (network === undefined) return error
      return new ExternalError({ code: 'TY0502', details: network.reason, facts, cause: error })
    }
    return this.#refusal(said, asking, error)
  }

  #refusal(said: Said, { operation, isWriting, right }: Asking, cause: unknown): unknown {
    const { url, credentials } = this.#teller
    const { status, requestId } = said
    const words = `${said.code}: ${said.message}`
    const facts = {
      operation,
      address: url,
      ...(status === undefined ? {} : { status }),
      ...(requestId === undefined ? {} : { requestId }),
    }
    const meaning = this.#teller.meaning(said)
    switch (meaning) {
      case 'unreachable':
        return new ExternalError({ code: 'TY0502', details: said.message, facts, cause })
      case 'failed':
        return new ExternalError({ details: words, facts, cause })
      case 'no-place':
        return new ConfigError({ code: 'TY0230', details: `${url} does not exist; make it first (${words})`, cause })
      case 'refused': {
        const details = `${url} refused to ${operation} (${words})\nthe identity of this job needs ${right}`
        return new ConfigError({ code: isWriting ? 'TY0203' : 'TY0230', details, cause })
      }
      default:
        break
    }
    // Credentials that were good at the beginning have run out meanwhile: what is to be recorded must not be lost with them.
    if (this.#hasWorked || meaning === 'expired') {
      const details = `the credentials of this job have expired (${words}); ask for a longer session, or sign in again before this step`
      return new ExternalError({ details, facts, cause })
    }
    const details = `no credentials for ${url} were found (${words})\n${credentials}`
    return new ConfigError({ code: 'TY0230', details, cause })
  }
}

/** The class of an error, as vendors' clients name it. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : ''
}

/** The message of an error, in one line. */
export function lineOf(error: unknown): string {
  return errorMessage(error).replaceAll(/\s+/g, ' ').trim()
}
