import type { AnyDefinition } from '../step/define-step.ts'
import type { About } from './about.ts'
import { actionYml } from './action.ts'
import { entryFile } from './entry.ts'
import { extensionManifest } from './extension.ts'
import type { Files } from './generated.ts'
import { cliPage, type CliHelp } from './pages/cli.ts'
import { errorsPage } from './pages/errors.ts'
import { projectPage } from './pages/project.ts'
import { stepPage } from './pages/step.ts'
import { fileSchemas, inputsSchema } from './schemas.ts'
import { stepList } from './step-list.ts'
import { taskJson } from './task.ts'

/** Everything that follows from the definitions, by path. The same definitions give the same bytes. */
export function generate(steps: readonly AnyDefinition[], about: About): Files {
  return new Map([
    ...steps.flatMap((definition) => [...filesOf(definition, about)]),
    ['vss-extension.json', extensionManifest(steps, about)],
    ['core/cli/steps.ts', stepList(steps)],
    ['docs/reference/errors.md', errorsPage()],
    ['docs/reference/project-file.md', projectPage(steps)],
    ...fileSchemas(about),
  ])
}

/** What follows from the command line's own help. */
export function generateFromHelp(help: CliHelp): Files {
  return new Map([['docs/reference/cli.md', cliPage(help)]])
}

function filesOf(definition: AnyDefinition, about: About): Files {
  const { id, hasPost } = definition
  const entries = (hasPost === true ? (['main', 'post'] as const) : (['main'] as const)).flatMap((entry) =>
    (['actions', 'tasks'] as const).map(
      (face) => [`${face}/${id}/${entry}.ts`, entryFile(definition, face, entry)] as const,
    ),
  )
  return new Map([
    [`actions/${id}/action.yml`, actionYml(definition, about)],
    [`tasks/${id}/task.json`, taskJson(definition, about)],
    ...entries,
    [`docs/reference/${id}.md`, stepPage(definition, about)],
    [`schemas/${id}.inputs.schema.json`, inputsSchema(definition, about)],
  ])
}
