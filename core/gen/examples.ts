import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fillTemplate } from '../project/templates.ts'
import type { About } from './about.ts'
import type { Files } from './generated.ts'

/** The model of the example project, workflows-examples/flights. */
const model = 'flights'

/** The example pipelines, by path: what `trainyard init` would write for the example project. */
export function exampleFiles(root: string, about: About): Files {
  const values = { repository: about.repository, major: about.numbers.major, model }
  return new Map(
    ['github', 'azure'].flatMap((host) => {
      const templates = join(root, 'core/cli/templates', host)
      return readdirSync(templates)
        .sort()
        .map((file) => {
          const text = readFileSync(join(templates, file), 'utf8')
          return [`workflows-examples/${host}/${file}`, fillTemplate(text, values)] as const
        })
    }),
  )
}
