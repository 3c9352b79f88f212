import { InputError } from '../errors/errors.ts'
import type { Fault } from '../errors/fault.ts'
import type { Connection, Host } from '../host/host.ts'
import type { GithubAccess } from '../engines/github/client.ts'
import { parseRepository, type Repository } from '../engines/github/repository.ts'
import type { FireSettings, TriggerRule } from '../project/triggers.ts'
import type { Route } from './deliver.ts'
import type { Household } from './home.ts'
import type { Target } from './target.ts'
import { pipelineTarget, releaseTarget } from './targets/azure.ts'
import { dispatchTarget, usualType } from './targets/dispatch.ts'
import { webhookTarget } from './targets/webhook.ts'
import { workflowTarget } from './targets/workflow.ts'

/** What targets are reached with. */
export interface Credentials {
  readonly github: string | undefined
  readonly azureDevops: Connection | undefined
  /** For webhooks whose rule names no variable. */
  readonly webhookSecret: string | undefined
}

/** What turns rules into routes. */
export interface Outfit {
  readonly host: Host
  readonly home: Household
  readonly credentials: Credentials
  /** The workspace's address, for payloads. */
  readonly workspace: string
  /** The project file's name, for faults. */
  readonly file: string
}

/**
 * The target of every rule.
 *
 * @throws InputError with everything that a rule needs and that is missing here, for all rules at once.
 */
export function routesOf(rules: readonly TriggerRule[], outfit: Outfit): readonly Route[] {
  const faults: Fault[] = []
  const routes = rules.flatMap((rule) => {
    const needs = new Needs(rule, outfit, faults)
    if (rule.refs === undefined && outfit.home.defaultBranch === undefined) needs.refs()
    const target = targetOf(rule, outfit, needs)
    return target === undefined ? [] : [{ rule, target }]
  })
  if (faults.length > 0) throw new InputError({ faults })
  return routes
}

function targetOf(rule: TriggerRule, outfit: Outfit, needs: Needs): Target | undefined {
  const { name, fire } = rule
  if (fire.workflow !== undefined) return workflowOf(rule, fire.workflow, { outfit, needs })
  if (fire.dispatch !== undefined) {
    const [repository, access] = [needs.repository('dispatch', fire.dispatch.repository), needs.github()]
    if (repository === undefined || access === undefined) return undefined
    const type = fire.dispatch.type ?? usualType(rule.on)
    return dispatchTarget(name, { repository, type, workspace: outfit.workspace }, access)
  }
  if (fire.webhook !== undefined) {
    const secret = needs.webhookSecret(fire.webhook.secretEnv)
    return webhookTarget(name, { url: fire.webhook.url, secret, workspace: outfit.workspace })
  }
  const access = needs.azureDevops()
  if (access === undefined) return undefined
  if (fire.pipeline !== undefined) return pipelineTarget(name, fire.pipeline, access)
  return fire.release === undefined ? undefined : releaseTarget(name, fire.release, access)
}

interface Means {
  readonly outfit: Outfit
  readonly needs: Needs
}

function workflowOf(
  rule: TriggerRule,
  settings: FireSettings<'workflow'>,
  { outfit, needs }: Means,
): Target | undefined {
  const [repository, access] = [needs.repository('workflow', settings.repository), needs.github()]
  const ref = settings.ref ?? outfit.home.defaultBranch
  if (ref === undefined)
    needs.fault('fire.workflow.ref', 'is missing, and which branch is the default is not known here')
  if (repository === undefined || access === undefined || ref === undefined) return undefined
  return workflowTarget(rule.name, { ...settings, repository, ref }, access)
}

/** What one rule needs; what is missing becomes a fault. */
class Needs {
  readonly #rule: TriggerRule
  readonly #outfit: Outfit
  readonly #faults: Fault[]

  constructor(rule: TriggerRule, outfit: Outfit, faults: Fault[]) {
    this.#rule = rule
    this.#outfit = outfit
    this.#faults = faults
  }

  fault(key: string, problem: string, example?: string): void {
    const source = { kind: 'file', file: this.#outfit.file } as const
    const subject = `triggers.${this.#rule.name}.${key}`
    this.#faults.push({ subject, source, problem, ...(example === undefined ? {} : { example }) })
  }

  refs(): void {
    this.fault('refs', 'is missing, and which branch is the default is not known here', 'refs: [main]')
  }

  repository(kind: 'workflow' | 'dispatch', given: string | undefined): Repository | undefined {
    const repository = parseRepository(given ?? this.#outfit.home.githubRepository ?? '')
    if (repository === undefined) {
      this.fault(`fire.${kind}.repository`, 'is missing, and this is no job of a GitHub repository', 'acme/flights')
    }
    return repository
  }

  github(): GithubAccess | undefined {
    const { host, credentials } = this.#outfit
    if (credentials.github === undefined) {
      this.#missing('githubToken', 'to reach GitHub')
      return undefined
    }
    return { apiUrl: githubApi(host), token: credentials.github }
  }

  azureDevops(): { readonly url: string; readonly token: string | undefined } | undefined {
    const { azureDevops } = this.#outfit.credentials
    if (azureDevops === undefined) this.#missing('azureDevops', 'to reach Azure DevOps')
    return azureDevops === undefined ? undefined : { url: azureDevops.url, token: azureDevops.token }
  }

  webhookSecret(variable: string | undefined): string | undefined {
    const { host, credentials } = this.#outfit
    if (variable === undefined) return credentials.webhookSecret
    const secret = host.env[variable]
    if (secret === undefined || secret === '') {
      this.fault('fire.webhook.secretEnv', `names the environment variable ${variable}, which is not set`)
      return undefined
    }
    host.mask(secret)
    return secret
  }

  #missing(input: string, why: string): void {
    const subject = this.#outfit.host.inputName(input)
    const problem = `is missing, which the trigger rule ${this.#rule.name} needs ${why}`
    if (!this.#faults.some((one) => one.subject === subject)) {
      this.#faults.push({ subject, source: { kind: 'input' }, problem })
    }
  }
}

/** A job on GitHub knows its API; elsewhere the variable that GitHub's own tools read says so for an Enterprise Server. */
function githubApi({ id, context, env }: Host): string {
  const own = id === 'github' || id === 'memory' ? context.apiUrl : undefined
  return own ?? env['GITHUB_API_URL'] ?? 'https://api.github.com'
}
