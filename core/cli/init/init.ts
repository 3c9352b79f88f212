import { posix } from 'node:path'
import type { Host } from '../../host/host.ts'
import { loadProject, projectFileName } from '../../project/project.ts'
import { pipelinesFor } from '../templates.ts'
import { type Choices, criteriaText, pipelinePath, projectText } from './files.ts'
import { type Findings, lookAt } from './findings.ts'
import { type Written, writeMissing } from './write.ts'

/** Needs a machine that serves, and starts on the same event as the plain release: so nobody begins with it. */
const releaseWithTraffic = 'release-with-traffic.yml'

/** What `trainyard init` is asked. */
export interface InitOptions {
  readonly model: string | undefined
  readonly ci: 'auto' | 'github' | 'azure' | 'both'
  readonly workspace: string | undefined
  readonly dryRun: boolean
}

/** Looks at the repository, writes what is missing, and says what it did and what is left to do. */
export async function init(options: InitOptions, host: Host): Promise<string> {
  const repository = host.context.folder
  const findings = await lookAt(repository, host)
  const choices = await choicesFor(options, findings, repository)
  const files = new Map([
    [projectFileName, projectText(findings, choices)],
    [posix.join(findings.folder, 'criteria.yml'), criteriaText(findings)],
  ])
  for (const system of choices.systems)
    for (const [file, text] of await pipelinesFor(system, choices.model))
      if (file !== releaseWithTraffic) files.set(pipelinePath(system, file), text)
  const written = await writeMissing(repository, files, options.dryRun)
  return [...written.map(line), '', ...nextSteps(findings, choices, written)].join('\n')
}

async function choicesFor(options: InitOptions, findings: Findings, repository: string): Promise<Choices> {
  const project = await loadProject({ folder: repository })
  const [first] = project.ok ? project.value.models : []
  const found = findings.systems.length > 0 ? findings.systems : (['github'] as const)
  const chosen = { auto: found, github: ['github'], azure: ['azure'], both: ['github', 'azure'] } as const
  return {
    model: options.model ?? first ?? findings.name,
    systems: chosen[options.ci],
    workspace: options.workspace ?? 'git:',
  }
}

function line({ outcome, path }: Written): string {
  return `${outcome.padEnd(11)}  ${path}${outcome === 'kept' ? '  (it was there already)' : ''}`
}

function nextSteps(
  findings: Findings,
  { systems, workspace }: Choices,
  written: readonly Written[],
): readonly string[] {
  const { train, data, columns, conda, remote, branch, folder } = findings
  const criteria = posix.join(folder, 'criteria.yml')
  const isNew = (path: string) => written.some((one) => one.path === path && one.outcome !== 'kept')
  const steps = [
    ...(train === undefined ? ['No training script was found: name the command under `train` in trainyard.yml.'] : []),
    'See that `path` in trainyard.yml names the files that training writes.',
    ...(isNew(criteria) ? [criteriaStep(criteria, data, columns)] : []),
    ...(conda === undefined ? [] : [`${conda} is a conda file, which is not supported yet: write a requirements.txt.`]),
    ...(workspace === 'git:' && remote === undefined
      ? ['The workspace `git:` is a branch of the remote `origin`; this repository has none yet.']
      : []),
    'In a public repository, say whether model files may be public: `publicFiles: true` under `workspace`, with `url`.',
    ...(branch === undefined || branch === 'main'
      ? []
      : [`The pipelines run on the branch main; yours is ${branch}: change it in them.`]),
    ...(systems.includes('azure')
      ? ['Make a pipeline of each file in azure-pipelines/, and name the release pipeline in trainyard.yml.']
      : []),
    'Try it here: `trainyard train --dry-run`, then commit and push.',
  ]
  return ['What to do next:', ...steps.map((step, at) => `${at + 1}. ${step}`)]
}

function criteriaStep(criteria: string, data: readonly string[], columns: readonly string[]): string {
  if (data.length === 0) return `Name your evaluation data in ${criteria}, with its id and label columns.`
  const among = columns.length === 0 ? '' : ` (its columns: ${columns.join(', ')})`
  return `Check the evaluation data in ${criteria}, with its id and label columns${among}, and the margins.`
}
