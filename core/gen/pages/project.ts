import { z } from 'zod'
import { projectFileName } from '../../project/project.ts'
import { projectShape } from '../../project/shape.ts'
import type { AnyDefinition } from '../../step/define-step.ts'
import { kebab } from '../../step/names.ts'
import { origin } from '../words.ts'
import { fence, markdownTable, page, pageHead } from './markdown.ts'

/** A project file with what most have. A test reads it. */
export const projectExample = `version: 1
workspace: 'git:' # a branch of this repository, named trainyard
models:
  flights:
    train: [python, train.py, --trees, 80]
    path: model/**
    requirements: requirements.txt
    data: [data/*.csv]
    criteria: criteria.yml
triggers:
  - name: release
    fire:
      workflow:
        file: release.yml
        inputs: { candidate: '{reference}', event: '{event}' }`

/** The part of a JSON schema that the page shows. */
interface Shape {
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly description?: string
  readonly properties?: Readonly<Record<string, Shape>>
  readonly required?: readonly string[]
  readonly additionalProperties?: Shape | boolean
  readonly items?: Shape
  readonly anyOf?: readonly Shape[]
  readonly oneOf?: readonly Shape[]
}

/** The reference page of the project file: `docs/reference/project-file.md`. */
export function projectPage(steps: readonly AnyDefinition[]): string {
  const schema = z.toJSONSchema(projectShape, { target: 'draft-7', io: 'input' }) as Shape
  const keys = steps.flatMap(({ id, inputs }) =>
    Object.entries(inputs).flatMap(([name, { options }]) =>
      options.project === undefined ? [] : [{ key: options.project, step: id, input: kebab(name) }],
    ),
  )
  return page([
    pageHead(origin('core/project/shape.ts')),
    `# ${projectFileName}`,
    'The project file stands in the root of the repository. It says once what every step of every pipeline needs, so that a workflow says little more than the name of the model. Without it, everything can be given as inputs.',
    `An editor that knows JSON schemas checks the file while you type: its first line may be \`# yaml-language-server: $schema=\` and the address of [trainyard.schema.json](../../schemas/trainyard.schema.json).`,
    fence('yaml', projectExample),
    '## Keys',
    markdownTable(['Key', 'Value', 'Meaning'], rowsOf(schema, '')),
    '## Which inputs it supplies',
    "An input that a workflow leaves out is taken from the model's entry:",
    markdownTable(
      ['Key of the model', 'Input'],
      [...new Set(keys.map(({ key }) => key))].map((key) => [
        `\`${key}\``,
        keys
          .filter((one) => one.key === key)
          .map(({ step, input }) => `[${step}](${step}.md) \`${input}\``)
          .join(', '),
      ]),
    ),
  ])
}

function rowsOf(shape: Shape, prefix: string): readonly (readonly string[])[] {
  const own = Object.entries(shape.properties ?? {}).flatMap(([key, value]) => {
    const path = prefix === '' ? key : `${prefix}.${key}`
    const needed = shape.required?.includes(key) === true ? ' Required.' : ''
    return [[`\`${path}\``, kindOf(value), `${value.description ?? ''}${needed}`.trim()], ...rowsOf(value, path)]
  })
  const entries = shape.additionalProperties
  const below = typeof entries === 'object' && prefix !== '' ? rowsOf(entries, `${prefix}.<name>`) : []
  const item = shape.items === undefined ? [] : rowsOf(shape.items, `${prefix}[]`)
  const either = [...(shape.anyOf ?? []), ...(shape.oneOf ?? [])].flatMap((one) => rowsOf(one, prefix))
  return [...own, ...below, ...item, ...either]
}

function kindOf(shape: Shape): string {
  if (shape.const !== undefined) return `\`${JSON.stringify(shape.const)}\``
  if (shape.enum !== undefined) return shape.enum.map((one) => `\`${JSON.stringify(one)}\``).join(', ')
  const either = shape.anyOf ?? shape.oneOf
  if (either !== undefined) return [...new Set(either.map(kindOf))].join(' or ')
  if (shape.type === 'array') return `list of ${shape.items === undefined ? 'values' : plural(kindOf(shape.items))}`
  if (shape.type === 'object') return 'map'
  return (
    { string: 'text', boolean: 'true or false', integer: 'whole number', number: 'number' }[String(shape.type)] ?? 'any'
  )
}

function plural(kind: string): string {
  return { text: 'texts', map: 'maps', number: 'numbers' }[kind] ?? `(${kind})`
}
