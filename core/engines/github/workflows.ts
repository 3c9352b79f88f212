import { Buffer } from 'node:buffer'
import { ExternalError } from '../../errors/errors.ts'
import { ask } from './ask.ts'
import type { Github } from './client.ts'
import type { Repository } from './repository.ts'

/** A workflow and what it gets. */
export interface WorkflowStart {
  readonly repository: Repository
  /** The file's name in `.github/workflows`. */
  readonly file: string
  /** Branch or tag. */
  readonly ref: string
  readonly inputs: Readonly<Record<string, string>>
}

/**
 * Starts a workflow by `workflow_dispatch`.
 *
 * @returns the page of the run, where GitHub says it (Enterprise Server does not).
 * @throws ExternalError when GitHub refuses or does not answer.
 */
export async function startWorkflow(
  github: Github,
  start: WorkflowStart,
  signal: AbortSignal,
): Promise<string | undefined> {
  const dispatch = async (details: object) => {
    const { repository, file, ref, inputs } = start
    return ask(question(`start the workflow ${file}`, start, 'actions: write'), async () =>
      github.rest.actions.createWorkflowDispatch({
        ...repository,
        workflow_id: file,
        ref,
        inputs: { ...inputs },
        ...details,
        request: { signal },
      }),
    )
  }
  const answer = await dispatch({ return_run_details: true }).catch((error: unknown) => {
    // An Enterprise Server up to 3.19 does not know the key, and refuses what it does not know.
    if (isUnknownKey(error, 'return_run_details')) return dispatch({})
    throw error
  })
  return pageOf(answer.data)
}

/** The typings know the answer without details only. */
function pageOf(data: unknown): string | undefined {
  const isDetailed = typeof data === 'object' && data !== null && 'html_url' in data
  return isDetailed && typeof data.html_url === 'string' ? data.html_url : undefined
}

function isUnknownKey(error: unknown, key: string): boolean {
  return error instanceof ExternalError && error.facts.status === 422 && error.details.includes(key)
}

/** Which run is looked for: it was started by `workflow_dispatch`, not before `since`, and has `mark` in its name. */
export interface RunQuery {
  readonly repository: Repository
  readonly file: string
  readonly ref: string
  readonly since: Date
  readonly mark: string
  /** The input that brings the mark, and that the workflow's `run-name` shows. */
  readonly input: string
}

/** What the list of runs says. Without a `run-name` that shows the input, a list with other runs says nothing. */
export type RunFound =
  | { readonly kind: 'found'; readonly reference: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unclear'; readonly why: string }

/** GitHub lists at most 1,000 runs for a query, 100 a page. */
const pageSize = 100
const mostPages = 10

/**
 * Looks for a run by its name, since GitHub shows no other trace of a workflow's inputs.
 *
 * @throws ExternalError when GitHub refuses or does not answer.
 */
export async function findRun(github: Github, query: RunQuery, signal: AbortSignal): Promise<RunFound> {
  const { repository, file, since, mark, input } = query
  let seen = 0
  for (let page = 1; page <= mostPages; page += 1) {
    const { data } = await ask(question(`list the runs of ${file}`, query, 'actions: read'), async () =>
      github.rest.actions.listWorkflowRuns({
        ...repository,
        workflow_id: file,
        event: 'workflow_dispatch',
        created: `>=${since.toISOString().slice(0, 19)}Z`,
        per_page: pageSize,
        page,
        request: { signal },
      }),
    )
    const run = data.workflow_runs.find(({ display_title: title }) => title.includes(mark))
    if (run !== undefined) return { kind: 'found', reference: run.html_url }
    seen += data.workflow_runs.length
    if (data.workflow_runs.length < pageSize) break
  }
  if (seen === 0 || (seen < pageSize * mostPages && (await showsInput(github, query, signal))))
    return { kind: 'absent' }
  const why = `${file} has been started ${seen} times since, and the names of its runs do not say by which event; give it\nrun-name: Release \${{ inputs.${input} }}`
  return { kind: 'unclear', why }
}

/** Whether the workflow's `run-name` shows the input. What cannot be read shows nothing. */
async function showsInput(github: Github, query: RunQuery, signal: AbortSignal): Promise<boolean> {
  const { repository, file, ref, input } = query
  const request = { ...repository, path: `.github/workflows/${file}`, ref, request: { signal } }
  const text = await ask(question(`read ${file}`, query, 'contents: read'), async () => {
    const { data } = await github.rest.repos.getContent(request)
    return 'content' in data && typeof data.content === 'string' ? Buffer.from(data.content, 'base64').toString() : ''
  }).catch((error: unknown) => {
    if (error instanceof ExternalError && error.facts.status !== undefined) return ''
    throw error
  })
  const runName = /^run-name:(.*(?:\n[ \t].*)*)/m.exec(text)?.[1] ?? ''
  return new RegExp(String.raw`\binputs\.${input.replaceAll(/[^\w-]/g, '')}(?![\w-])`).test(runName)
}

function question(operation: string, { repository: { owner, repo } }: { repository: Repository }, permission: string) {
  return { operation: `${operation} of ${owner}/${repo}`, address: `${owner}/${repo}`, permission }
}
