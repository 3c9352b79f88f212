import { posix } from 'node:path'
import type { Findings } from './findings.ts'

/** What a person chose, or what was made of the findings. */
export interface Choices {
  readonly model: string
  readonly systems: readonly ('github' | 'azure')[]
  readonly workspace: string
}

/** Where the pipelines of each CI system go; the prefix keeps them apart from pipelines that are there already. */
const pipelineFolders = { github: '.github/workflows', azure: 'azure-pipelines' } as const

/** `push.yml` → `.github/workflows/trainyard-push.yml`. */
export function pipelinePath(system: 'github' | 'azure', file: string): string {
  return posix.join(pipelineFolders[system], `trainyard-${file}`)
}

/** The first project file. */
export function projectText(findings: Findings, { model, systems, workspace }: Choices): string {
  const { folder, train, predict, requirements, data } = findings
  const patterns = [...new Set(data.map((file) => posix.join(posix.dirname(file), `*${posix.extname(file)}`)))]
  return `# What every step of every pipeline needs, said once.
version: 1

# Everything is remembered here. 'git:' is the branch \`trainyard\` of this repository: no server, no bucket, no secret.
workspace: ${yaml(workspace)}

models:
  ${model}:
${folder === '.' ? '' : `    folder: ${yaml(folder)}\n`}    # The command that trains. It writes its metrics as JSON to the file that $TRAINYARD_METRICS names.
    train: [python, ${yaml(train ?? 'train.py')}]
    # The files that it writes, as patterns: they become the model version.
    path: model/**
${requirements === undefined ? '    # requirements: requirements.txt\n' : `    requirements: ${yaml(requirements)}\n`}${
  predict === undefined
    ? "    # predict: [python, predict.py, '{model}', '{data}', '{out}']\n"
    : `    predict: [python, ${yaml(predict)}, '{model}', '{data}', '{out}']\n`
}    # What training reads: the digests are recorded, and training is not repeated while nothing has changed.
${patterns.length === 0 ? '    # data: [data/*.csv]\n' : `    data: [${patterns.map(yaml).join(', ')}]\n`}    criteria: criteria.yml

${triggerText(systems)}`
}

function triggerText(systems: readonly ('github' | 'azure')[]): string {
  if (systems.includes('github')) {
    const file = posix.basename(pipelinePath('github', 'release.yml'))
    return `# A new version on the default branch starts the release.
triggers:
  - name: release
    fire:
      workflow:
        file: ${file}
        inputs: { candidate: '{reference}' }
`
  }
  return `# A new version on the default branch starts the release. Make a pipeline of ${pipelinePath('azure', 'release.yml')},
# then name it here by the number in its address (definitionId=…). Azure does not tell a pipeline the default branch: refs does.
# triggers:
#   - name: release
#     refs: [main]
#     fire:
#       pipeline: { project: NAME, id: 1, parameters: { candidate: '{reference}' } }
`
}

/** The first criteria file. What could not be found out stands as a word in capitals, which the step refuses by name. */
export function criteriaText({ evaluation, columns }: Findings): string {
  const id = columns.find((column) => /^(id|.*_id|row)$/i.test(column)) ?? 'ID_COLUMN'
  const label = columns.find((column) => /^(label|target|y|class)$/i.test(column)) ?? 'LABEL_COLUMN'
  return `# What a model must prove before it may serve. Both sides are judged on the same rows of this file, which training never sees.
version: 1
data:
  file: ${yaml(evaluation ?? 'data/evaluation.csv')}
  id: ${yaml(id)} # the column that names a row
  label: ${yaml(label)} # the column with the truth
criteria:
  # Good enough by itself, and not worse than the champion by more than a margin, both beyond chance.
  - metric: accuracy
    absolute: { min: 0.7 }
    vsChampion: { nonInferior: 0.01 }
`
}

function yaml(text: string): string {
  return /^[A-Za-z0-9_][\w./-]*$/.test(text) ? text : `'${text.replaceAll("'", "''")}'`
}
