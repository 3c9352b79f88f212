import { z } from 'zod'
import { criteriaShape } from '../compare-and-gate/criteria.ts'
import { configurationShape } from '../package/configuration.ts'
import { projectShape } from '../project/shape.ts'
import { gateStatementShape } from '../records/gate-evidence.ts'
import type { AnyDefinition } from '../step/define-step.ts'
import type { Input } from '../step/input.ts'
import type { JsonSchema } from '../step/kind.ts'
import { kebab } from '../step/names.ts'
import { inputWords } from '../step/words.ts'
import type { About } from './about.ts'
import type { Files } from './generated.ts'
import { isDemanded } from './words.ts'

/** Editors know this draft best. */
const draft = 'http://json-schema.org/draft-07/schema#'

/** The files that people write, by the name of their schema, with their shape and a title. */
const written = {
  'trainyard.schema.json': { shape: projectShape, title: 'The project file trainyard.yml' },
  'serve.schema.json': { shape: configurationShape, title: 'How a package of Trainyard serves' },
  'criteria.schema.json': { shape: criteriaShape, title: "The criteria of Trainyard's gate" },
} as const

/** What Trainyard writes and others read, by the name of its schema. */
const kept = {
  'evidence-gate.schema.json': {
    shape: gateStatementShape,
    title:
      "Evidence of Trainyard's gate: an in-toto Statement with the predicate type https://trainyard.dev/evidence/gate/v1",
  },
} as const

/** The JSON schemas of files, by path: for editors, before defaults are filled in, and for readers of evidence. */
export function fileSchemas(about: About): Files {
  return new Map(
    Object.entries({ ...written, ...kept }).map(([file, { shape, title }]) => {
      const { $schema: _, ...rest } = z.toJSONSchema(shape, { target: 'draft-7', io: 'input' })
      return [`schemas/${file}`, text({ $schema: draft, $id: address(about, file), title, ...rest })]
    }),
  )
}

/**
 * The schema of a step's inputs, as workflows write them: `with:` on GitHub, `inputs:` on Azure. Numbers and flags may be
 * texts there, and any value may be an expression of the host.
 */
export function inputsSchema(definition: AnyDefinition, about: About): string {
  const face = (which: 'github' | 'azure', spell: (name: string) => string) => ({
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(
      Object.entries(definition.inputs).flatMap(([name, input]) => properties({ name, input, spell })),
    ),
    required: Object.entries(definition.inputs)
      .filter(([name, input]) => isDemanded(name, input, which))
      .map(([name]) => spell(name)),
  })
  return text({
    $schema: draft,
    $id: address(about, `${definition.id}.inputs.schema.json`),
    title: `Inputs of ${definition.id}`,
    anyOf: [{ $ref: '#/definitions/github' }, { $ref: '#/definitions/azure' }],
    definitions: { github: face('github', kebab), azure: face('azure', (name) => name) },
  })
}

interface Spelt {
  readonly name: string
  readonly input: Input
  readonly spell: (name: string) => string
}

function properties({ name, input, spell }: Spelt): readonly (readonly [string, object])[] {
  const description = inputWords(input)
  const forms = [
    ...textForms(input.kind.schema),
    { type: 'string', pattern: String.raw`\$\{\{.*\}\}|\$\(.+\)|\$\[.+\]` },
  ]
  const before = (input.options.was ?? []).map((old) => [spell(old), { deprecated: true, anyOf: forms }] as const)
  return [[spell(name), { description, anyOf: forms }], ...before]
}

/** A workflow file gives texts: a number or a flag may stand in quotes. */
function textForms(schema: JsonSchema): readonly JsonSchema[] {
  if (schema['type'] === 'boolean')
    return [schema, { type: 'string', pattern: '^([Tt]rue|[Ff]alse|[Yy]es|[Nn]o|[Oo]n|[Oo]ff|TRUE|FALSE|1|0)$' }]
  if (schema['type'] === 'integer') return [schema, { type: 'string', pattern: String.raw`^[+-]?\d+$` }]
  return schema['type'] === 'number'
    ? [schema, { type: 'string', pattern: String.raw`^[+-]?[\d.]+([eE][+-]?\d+)?$` }]
    : [schema]
}

function address(about: About, file: string): string {
  return `https://raw.githubusercontent.com/${about.repository}/v${about.version}/schemas/${file}`
}

function text(schema: object): string {
  return `${JSON.stringify(schema, undefined, 2)}\n`
}
