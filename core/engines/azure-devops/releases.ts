import type { Release, ReleaseStartMetadata } from 'azure-devops-node-api/interfaces/ReleaseInterfaces.js'
import { ask } from './ask.ts'
import { type AzureDevopsAccess, openReleases } from './client.ts'
import type { Found } from './found.ts'

/** A classic release to create. */
export interface ReleaseStart {
  /** Name or id of the project. */
  readonly project: string
  readonly definition: number
  readonly description: string
  /** An artifact of the definition and the version of it that is released. */
  readonly artifact?: { readonly alias: string; readonly version: string }
}

/** `ReleaseReason.ContinuousIntegration`: importing the enumeration would load the whole client. */
const continuousIntegration: NonNullable<ReleaseStartMetadata['reason']> = 2

/**
 * Creates a classic release.
 *
 * @returns the release's page.
 * @throws ExternalError when Azure DevOps refuses or does not answer.
 */
export async function startRelease(
  access: AzureDevopsAccess,
  { project, definition, description, artifact }: ReleaseStart,
  signal: AbortSignal,
): Promise<string> {
  const question = {
    operation: `create a release of the definition ${definition} of ${project}`,
    address: access.url,
    right: 'create releases (where classic releases are switched off, fire a `pipeline` instead)',
  }
  const body: ReleaseStartMetadata = {
    definitionId: definition,
    description,
    isDraft: false,
    reason: continuousIntegration,
    ...(artifact === undefined
      ? {}
      : {
          artifacts: [{ alias: artifact.alias, instanceReference: { id: artifact.version, name: artifact.version } }],
        }),
  }
  const { api, last } = await openReleases(access, question, signal)
  const release = await ask(question, last, async () => api.createRelease(body, project))
  return pageOf(access, project, release)
}

/** Which release is looked for: it was created not before `since`, and its description has `mark`. */
export interface ReleaseQuery {
  readonly project: string
  readonly definition: number
  readonly since: Date
  readonly mark: string
}

/** The service lists no more at once. */
const pageSize = 100

/**
 * Looks for a release by its description. (The service's own search looks only at the beginnings of names.)
 *
 * @throws ExternalError when Azure DevOps refuses or does not answer.
 */
export async function findRelease(
  access: AzureDevopsAccess,
  { project, definition, since, mark }: ReleaseQuery,
  signal: AbortSignal,
): Promise<Found> {
  const question = {
    operation: `list the releases of the definition ${definition} of ${project}`,
    address: access.url,
    right: 'view releases',
  }
  const { api, last } = await openReleases(access, question, signal)
  const releases = await ask(question, last, async () =>
    api.getReleases(
      project,
      definition,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      since,
      undefined,
      undefined,
      pageSize,
    ),
  )
  const release = releases.find(({ description }) => description?.includes(mark) === true)
  if (release !== undefined) return { kind: 'found', reference: pageOf(access, project, release) }
  if (releases.length < pageSize) return { kind: 'absent' }
  const why = `the definition ${definition} of ${project} has had ${pageSize} releases or more since`
  return { kind: 'unclear', why }
}

function pageOf({ url }: AzureDevopsAccess, project: string, { id }: Release): string {
  const base = `${url.replace(/\/+$/, '')}/${encodeURIComponent(project)}`
  return `${base}/_releaseProgress?_a=release-pipeline-progress&releaseId=${id ?? ''}`
}
