import { z } from 'zod'

const name = z.string().regex(/^[A-Za-z][A-Za-z0-9]*$/)
const sentence = z.string().min(1)
const target = z.strictObject({ target: z.string().regex(/^dist\/[a-z]+\.mjs$/) })
const execution = z.strictObject({ Node20_1: target, Node24: target })

/** One condition, or several of one kind: the form's parser knows no parentheses and no precedence. */
const visibleRule = z
  .string()
  .regex(/^[^()]+$/)
  .refine((rule) => !(rule.includes('&&') && rule.includes('||')), 'mixes && and ||')

/** Never `filePath`: the agent turns an empty one into the repository's root. */
const control = z.union([
  z.enum(['boolean', 'multiLine', 'pickList', 'string']),
  z.string().regex(/^connectedService:[A-Za-z]+$/),
])

const input = z.strictObject({
  name,
  aliases: z.array(name).min(1).optional(),
  label: z.string().min(1).max(60),
  type: control,
  required: z.boolean(),
  defaultValue: z
    .string()
    .regex(/^\$\([A-Za-z.]+\)$/, 'is not an expression of the agent')
    .optional(),
  helpMarkDown: sentence,
  groupName: name.optional(),
  visibleRule: visibleRule.optional(),
  options: z.record(z.string(), z.string()).optional(),
  properties: z.record(z.string(), z.string()).optional(),
})

/**
 * A task manifest as we write it. Stricter than the published schema
 * (https://github.com/microsoft/azure-pipelines-task-lib/blob/master/tasks.schema.json), which demands nothing and does not
 * know the runtimes of today; tfx looks even less closely.
 */
export const taskShape = z
  .strictObject({
    id: z.uuid(),
    name: name.startsWith('Trainyard'),
    friendlyName: z.string().min(1).max(40),
    description: sentence,
    helpUrl: z.url(),
    helpMarkDown: sentence,
    category: z.literal('Azure Pipelines'),
    visibility: z.tuple([z.literal('Build'), z.literal('Release')]),
    runsOn: z.tuple([z.literal('Agent')]),
    author: z.string().min(1),
    version: z.strictObject({ Major: z.int().min(0), Minor: z.int().min(0), Patch: z.int().min(0) }),
    minimumAgentVersion: z.string().regex(/^\d+\.\d+\.\d+$/),
    showEnvironmentVariables: z.literal(true),
    groups: z.array(z.strictObject({ name, displayName: sentence, isExpanded: z.boolean() })),
    inputs: z.array(input).min(1),
    instanceNameFormat: sentence,
    outputVariables: z.array(z.strictObject({ name, description: sentence })),
    execution,
    postjobexecution: execution.optional(),
  })
  .superRefine((task, context) => {
    for (const problem of contradictions(task)) context.addIssue({ code: 'custom', message: problem })
  })

type Task = Omit<z.infer<typeof taskShape>, never>

function contradictions({ inputs, groups }: Pick<Task, 'inputs' | 'groups'>): readonly string[] {
  const names = inputs.flatMap((one) => [one.name, ...(one.aliases ?? [])]).map((one) => one.toLowerCase())
  const known = new Set(groups.map((group) => group.name))
  return [
    ...names.filter((one, at) => names.indexOf(one) !== at).map((one) => `the input ${one} is declared twice`),
    ...inputs
      .filter(({ groupName }) => groupName !== undefined && !known.has(groupName))
      .map((one) => `${one.name} is in a group that does not exist`),
    ...inputs
      .filter(({ type, options }) => (type === 'pickList') !== (options !== undefined))
      .map((one) => `${one.name}: a pick list, and nothing else, has options`),
    ...inputs.flatMap((one) =>
      (one.visibleRule ?? '')
        .split(/&&|\|\|/)
        .map((part) => part.split(/!?=/)[0]?.trim() ?? '')
        .filter((other) => other !== '' && !inputs.some((input) => input.name === other))
        .map((other) => `${one.name} depends on ${other}, which is no input`),
    ),
  ]
}
