import { isSeq, parseDocument } from 'yaml'
import { criteriaShape } from '../../core/compare-and-gate/criteria.ts'
import { projectKeys, type ProjectRule, projectProblems } from './project-check.ts'
import { taskName } from '../../core/step/names.ts'
import { checkAzure, type AzureRule } from './azure-check.ts'
import type { Sample } from './documents.ts'
import { checkGithub, type GithubRule } from './github-check.ts'
import type { Problem } from './problem.ts'
import { about } from './steps.ts'
import { map } from './yaml-nodes.ts'

/** The rules that only documents have. */
export type DocumentRule = 'unlabelled' | 'not-yaml' | 'criteria'

type Found = Problem<DocumentRule | ProjectRule | GithubRule | AzureRule>

const actionPrefix = `${about.repository}/actions/`
const taskPrefix = new RegExp(String.raw`\btask: *${taskName('')}`)

/** What a part of a pipeline cannot show: what stands in the other parts. */
const beyondFragments: ReadonlySet<string> = new Set<GithubRule | AzureRule>([
  'default-permissions',
  'unknown-variable',
  'unknown-parameter',
  'unknown-dependency',
])

/** Checks one sample of a document like the files it is a part of; samples of other kinds have no problems. */
export async function checkSample({ language, text, line }: Sample): Promise<readonly Found[]> {
  const at = `line ${line}`
  const isOurs = text.includes(`uses: ${actionPrefix}`) || taskPrefix.test(text)
  if (language !== 'yaml' && language !== 'yml')
    return isOurs ? [{ rule: 'unlabelled', at, message: 'say ```yaml, so that it is checked' }] : []
  const document = parseDocument(text)
  const [error] = document.errors
  if (error !== undefined) return [{ rule: 'not-yaml', at, message: error.message }]
  const found = await checkKind(text, document.contents)
  return found.map((problem) => ({ ...problem, at: `${at}, ${problem.at}` }))
}

async function checkKind(text: string, contents: unknown): Promise<readonly Found[]> {
  if (text.includes(`uses: ${actionPrefix}`)) return checkWorkflowPart(text, contents)
  if (taskPrefix.test(text)) return checkPipelinePart(text, contents)
  const keys = (map(contents)?.items ?? []).map(({ key }) => String(key))
  if (keys.length > 0 && keys.every((key) => projectKeys.includes(key))) return projectProblems(text)
  if (!keys.includes('criteria')) return []
  const checked = criteriaShape.safeParse(parseDocument(text).toJS())
  return (checked.error?.issues ?? []).map(({ path, message }) => ({ rule: 'criteria', at: path.join('.'), message }))
}

/** A whole workflow, its jobs, one job's inside, or a list of steps. */
async function checkWorkflowPart(text: string, contents: unknown): Promise<readonly Found[]> {
  const top = map(contents)
  if (top?.has('on') === true) return checkGithub(text)
  const head = 'on: push\npermissions: {}\n'
  if (top?.has('jobs') === true) return inFragment(await checkGithub(`${head}${text}`))
  const inside = isSeq(contents) ? `steps:\n${text}` : text
  const isJob = isSeq(contents) || top?.has('steps') === true
  const jobs = isJob ? `  sample:\n    runs-on: ubuntu-latest\n${indented(inside, 4)}` : indented(text, 2)
  const found = inFragment(await checkGithub(`${head}jobs:\n${jobs}`))
  // A list of steps leaves the job's rights to its surroundings.
  return top?.has('permissions') === true || !isJob ? found : found.filter(({ rule }) => rule !== 'missing-permission')
}

/** A whole pipeline, or a list of steps. */
async function checkPipelinePart(text: string, contents: unknown): Promise<readonly Found[]> {
  const top = map(contents)
  if (top?.has('trigger') === true) return checkAzure(text)
  return inFragment(await checkAzure(isSeq(contents) ? `steps:\n${indented(text, 2)}` : text))
}

function inFragment(found: readonly Found[]): readonly Found[] {
  return found.filter(({ rule }) => !beyondFragments.has(rule))
}

function indented(text: string, spaces: number): string {
  return text.replaceAll(/^(?=.)/gm, ' '.repeat(spaces))
}
