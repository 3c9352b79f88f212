import type { Route } from '../../core/delivery/deliver.ts'
import { type WorkflowSettings, workflowTarget } from '../../core/delivery/targets/workflow.ts'
import { triggerShape } from '../../core/project/triggers.ts'
import { GithubApi } from '../support/github-api.ts'

/** A release workflow whose runs show by which event they were started. */
export const release = `
name: Release
run-name: Release \${{ inputs.candidate }} (\${{ inputs.event }})
on:
  workflow_dispatch:
    inputs: { candidate: { required: true }, event: { required: false } }
`

/** acme/flights on GitHub, with a release workflow. */
export async function aGithub(workflow: string = release): Promise<GithubApi> {
  return GithubApi.start({
    repositories: { 'acme/flights': { branches: ['main'], workflows: { 'release.yml': workflow } } },
    tokens: { good: { actions: 'write', contents: 'write' }, 'read-only': { actions: 'read', contents: 'read' } },
  })
}

/** A rule that starts the release workflow. */
export function workflowRoute(
  api: Pick<GithubApi, 'url'>,
  rule: object = {},
  settings: Partial<WorkflowSettings> & { readonly token?: string } = {},
): Route {
  const { token = 'good', ...rest } = settings
  const parsed = triggerShape.parse({ name: 'release', fire: { workflow: { file: 'release.yml' } }, ...rule })
  const place = { repository: { owner: 'acme', repo: 'flights' }, file: 'release.yml', ref: 'main', ...rest }
  return { rule: parsed, target: workflowTarget(parsed.name, place, { apiUrl: api.url, token }) }
}
