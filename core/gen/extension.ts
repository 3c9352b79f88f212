import type { AnyDefinition } from '../step/define-step.ts'
import { taskName } from '../step/names.ts'
import { firstParagraph, plainWords } from '../step/words.ts'
import type { About } from './about.ts'

/**
 * The manifest of the Azure DevOps extension
 * (https://learn.microsoft.com/azure/devops/extend/develop/manifest). Its files are relative to the folder that
 * `npm run package:azure` stages: one folder a task, with one folder a major version in it.
 */
export function extensionManifest(steps: readonly AnyDefinition[], about: About): string {
  const manifest = {
    manifestVersion: 1,
    id: about.name,
    publisher: about.publisher,
    version: `${about.numbers.major}.${about.numbers.minor}.${about.numbers.patch}`,
    name: 'Trainyard',
    description: about.description,
    categories: ['Azure Pipelines'],
    tags: about.keywords,
    targets: [{ id: 'Microsoft.VisualStudio.Services' }],
    content: { details: { path: 'README.md' }, license: { path: 'LICENSE' } },
    links: {
      home: { uri: about.homepage },
      repository: { uri: about.repositoryUrl },
      issues: { uri: about.bugs },
      license: { uri: `${about.repositoryUrl}/blob/main/LICENSE` },
    },
    repository: { type: 'git', uri: `${about.repositoryUrl}.git` },
    files: steps.map(({ id }) => ({ path: taskName(id) })),
    contributions: steps.map(contribution),
  }
  return `${JSON.stringify(manifest, undefined, 2)}\n`
}

function contribution({ id, doc }: AnyDefinition): object {
  return {
    id,
    type: 'ms.vss-distributed-task.task',
    targets: ['ms.vss-distributed-task.tasks'],
    description: plainWords(firstParagraph(doc)),
    properties: { name: taskName(id) },
  }
}
