import { z } from 'zod'
import { eventTypes } from '../records/event.ts'
import { namePattern } from '../records/reference.ts'

/**
 * The placeholders of trigger rules. One of them is a value's whole text, or it is refused: what an event says never
 * becomes a part of another text, so nothing in it can change what that text means.
 */
export const placeholders = [
  '{model}',
  '{version}',
  '{reference}',
  '{run}',
  '{digest}',
  '{event}',
  '{ref}',
  '{commit}',
  '{repository}',
] as const
/** One placeholder, braces included. */
export type Placeholder = (typeof placeholders)[number]

const anyPlaceholder = /\{[A-Za-z]+\}/
const choices = placeholders.join(', ')

const name = z.string().regex(namePattern, 'expected a name: a letter, then letters, digits, "-", "_" or "."')
const value = z
  .union([z.string(), z.boolean(), z.int()])
  .refine((given) => isPlaceholder(String(given)) || !anyPlaceholder.test(String(given)), {
    message: `a placeholder stands alone and is one of ${choices}`,
  })
const values = (most: number) =>
  z.record(z.string().min(1), value).refine((given) => Object.keys(given).length <= most, {
    message: `at most ${most} values: the service takes no more`,
  })

const repository = z.string().regex(/^[A-Za-z0-9_.-]+\/[A-Za-z0-9_.-]+$/, 'expected owner/name')
const eventKey = (what: string) =>
  z
    .string()
    .min(1)
    .optional()
    .describe(
      `The ${what} that takes the event's id, \`event\` unless said: the target is found again by it after a crash.`,
    )

const workflow = z.strictObject({
  repository: repository.optional().describe('`owner/name`; this repository unless said.'),
  file: z
    .string()
    .regex(/^[A-Za-z0-9_.-]+\.ya?ml$/, 'expected the name of a file in .github/workflows, such as release.yml')
    .describe('The workflow file, such as `release.yml`. It starts by `workflow_dispatch`.'),
  ref: z.string().min(1).optional().describe('The branch or tag whose workflow runs; the default branch unless said.'),
  inputs: values(24).optional().describe(`The workflow's inputs. A value may be ${choices}.`),
  eventInput: eventKey('input'),
})

const dispatch = z.strictObject({
  repository: repository.optional().describe('`owner/name`; this repository unless said.'),
  type: z.string().min(1).max(100).optional().describe('The `event_type`; `model-registered` and so on unless said.'),
})

const pipeline = z.strictObject({
  project: z.string().min(1).describe('The name or id of the Azure DevOps project.'),
  id: z.int().positive().describe('The number of the pipeline (`definitionId` in its address).'),
  branch: z.string().min(1).optional().describe("The branch whose pipeline runs; the pipeline's default unless said."),
  parameters: values(100).optional().describe(`The pipeline's parameters. A value may be ${choices}.`),
  eventParameter: eventKey('parameter'),
})

const release = z.strictObject({
  project: z.string().min(1).describe('The name or id of the Azure DevOps project.'),
  definition: z.int().positive().describe('The number of the release definition.'),
  artifactAlias: z
    .string()
    .min(1)
    .optional()
    .describe("The alias of the definition's artifact whose version becomes the model version."),
})

const webhook = z
  .strictObject({
    url: z
      .url({ protocol: /^https?$/ })
      .refine((url) => !hasCredentials(url), { message: 'holds credentials, which would end up in logs' })
      .describe('Where the event is posted, as JSON.'),
    secretEnv: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected the name of an environment variable')
      .optional()
      .describe('The environment variable with the secret that signs the body; else the input `webhookSecret`.'),
    allowHttp: z
      .boolean()
      .optional()
      .describe('Allows plain http beyond this machine: anybody on the way can read it.'),
  })
  .refine(({ url, allowHttp }) => allowHttp === true || isHttpsOrLoopback(url), {
    path: ['url'],
    message: 'expected https; say `allowHttp: true` if plain http is meant',
  })

const fireKinds = { workflow, dispatch, pipeline, release, webhook }

const fire = z
  .strictObject({
    workflow: workflow.optional().describe('A GitHub Actions workflow, by `workflow_dispatch`.'),
    dispatch: dispatch.optional().describe('All GitHub workflows that wait for a `repository_dispatch` of a type.'),
    pipeline: pipeline.optional().describe('A run of a YAML pipeline in Azure DevOps.'),
    release: release.optional().describe('A classic release in Azure DevOps.'),
    webhook: webhook.optional().describe('Any address that takes a POST of JSON.'),
  })
  .refine((given) => Object.keys(given).length === 1, {
    message: `expected exactly one of ${Object.keys(fireKinds).join(', ')}`,
  })
  .meta({ minProperties: 1, maxProperties: 1 })

/** One trigger rule of trainyard.yml: which events fire what. */
export const triggerShape = z
  .strictObject({
    name: name.describe(
      'Names the rule. Receipts are kept under it: a rule that gets another name has delivered nothing yet.',
    ),
    on: z.enum(eventTypes).default('model.registered').describe('The event; `model.registered` unless said.'),
    model: z
      .union([name, z.array(name).min(1)])
      .optional()
      .describe('The model or models; every model of this repository unless said.'),
    refs: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe(
        'Branches whose events fire, as patterns (`release/*`, `**`; a ref that begins with `refs/` stands for itself). Only the default branch unless said.',
      ),
    tags: z.record(z.string(), z.string()).optional().describe('Tags that the model version has, all of them.'),
    within: z
      .string()
      .regex(/^[1-9]\d*[mhd]$/, 'expected a duration in m, h or d, such as 7d')
      .optional()
      .describe('Events that are older fire nothing, so that a new rule does not fire the past; `7d` unless said.'),
    fire: fire.describe('What starts.'),
  })
  .refine(({ on, fire: { workflow: flow, pipeline: line } }) => !usesVersion(on, flow?.inputs ?? line?.parameters), {
    path: ['fire'],
    message: 'the event run.completed has no {version}',
  })
  .refine(({ on, tags }) => on !== 'run.completed' || tags === undefined, {
    path: ['tags'],
    message: 'the event run.completed is about a run, which has no tags',
  })

/** One checked trigger rule. */
export type TriggerRule = z.infer<typeof triggerShape>
/** The settings of one kind of target. */
export type FireSettings<K extends keyof typeof fireKinds> = z.infer<(typeof fireKinds)[K]>

/** All trigger rules. Their names differ, since receipts are kept under them. */
export const triggersShape = z.array(triggerShape).superRefine((rules, context) => {
  const seen = new Set<string>()
  for (const [index, rule] of rules.entries()) {
    if (seen.has(rule.name)) context.addIssue({ code: 'custom', path: [index, 'name'], message: 'stands twice' })
    seen.add(rule.name)
  }
})

/** Whether a text is one of the placeholders, and nothing else. */
export function isPlaceholder(text: string): text is Placeholder {
  return placeholders.some((one) => one === text)
}

function usesVersion(on: string, given: Readonly<Record<string, string | boolean | number>> = {}): boolean {
  return on === 'run.completed' && Object.values(given).includes('{version}')
}

function hasCredentials(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { username, password } = new URL(url)
  return username !== '' || password !== ''
}

/** Plain http is safe to nobody but oneself. */
function isHttpsOrLoopback(url: string): boolean {
  if (!URL.canParse(url)) return true
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' || /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname)
}
