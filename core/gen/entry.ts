import type { AnyDefinition } from '../step/define-step.ts'
import { secretInputs } from '../step/secret-inputs.ts'
import { origin } from './words.ts'

/** The faces that have an entry per step, with the function that makes each one's host and the file that it is in. */
const hosts = {
  actions: { make: 'githubHost', file: 'github-host.ts' },
  tasks: { make: 'azureHost', file: 'azure-host.ts' },
} as const

/** A face with entries. */
export type EntryFace = keyof typeof hosts

/** The entry of a step on a face, `main.ts` or `post.ts`: its definition, its code and a host, and nothing else. */
export function entryFile(definition: AnyDefinition, face: EntryFace, entry: 'main' | 'post'): string {
  const { make, file } = hosts[face]
  const [start, code] = entry === 'main' ? ['main', 'run'] : ['mainPost', 'post']
  const secrets = secretInputs(definition).map((name) => `'${name}'`)
  return `// ${origin(`core/${definition.id}/definition.ts`)}
import { ${start} } from '../../core/main/main.ts'
import { definition } from '../../core/${definition.id}/definition.ts'
import { ${code} } from '../../core/${definition.id}/${code}.ts'
import { ${make} } from '../host/${file}'

await ${start}(definition, ${code}, await ${make}({ secrets: [${secrets.join(', ')}] }))
`
}
