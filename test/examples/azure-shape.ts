import { z } from 'zod'

// The part of the YAML schema of Azure Pipelines
// (https://learn.microsoft.com/azure/devops/pipelines/yaml-schema) that examples use, and nothing beyond it: a key that is
// misspelt or stands in the wrong place is a fault. Widen it when an example needs more.

const texts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
const branches = z.strictObject({ include: z.array(z.string()).min(1), exclude: z.array(z.string()).optional() })
const common = {
  name: z
    .string()
    .regex(/^[A-Za-z_]\w*$/)
    .optional(),
  displayName: z.string().optional(),
  condition: z.string().optional(),
  continueOnError: z.boolean().optional(),
  enabled: z.boolean().optional(),
  env: texts.optional(),
  timeoutInMinutes: z.int().min(0).optional(),
}
const step = z.union([
  z.strictObject({
    checkout: z.enum(['self', 'none']),
    persistCredentials: z.boolean().optional(),
    clean: z.boolean().optional(),
    fetchDepth: z.int().min(0).optional(),
    fetchTags: z.boolean().optional(),
    lfs: z.boolean().optional(),
    ...common,
  }),
  z.strictObject({ task: z.string().regex(/^[\w.-]+@\d+$/), inputs: texts.optional(), ...common }),
  z.strictObject({ script: z.string(), workingDirectory: z.string().optional(), ...common }),
  z.strictObject({ bash: z.string(), workingDirectory: z.string().optional(), ...common }),
  z.strictObject({ publish: z.string(), artifact: z.string(), ...common }),
  z.strictObject({ download: z.string(), artifact: z.string().optional(), path: z.string().optional(), ...common }),
])
const steps = z.array(step).min(1)
const pool = z.union([z.string(), z.strictObject({ vmImage: z.string() }), z.strictObject({ name: z.string() })])
const dependsOn = z.union([z.string(), z.array(z.string())])
const jobCommon = {
  displayName: z.string().optional(),
  dependsOn: dependsOn.optional(),
  condition: z.string().optional(),
  timeoutInMinutes: z.int().min(0).optional(),
  pool: pool.optional(),
  variables: texts.optional(),
}
const name = z.string().regex(/^[A-Za-z_]\w*$/)
const job = z.union([
  z.strictObject({ job: name, steps, ...jobCommon }),
  z.strictObject({
    deployment: name,
    environment: z.string(),
    strategy: z.strictObject({ runOnce: z.strictObject({ deploy: z.strictObject({ steps }) }) }),
    ...jobCommon,
  }),
])
const stage = z.strictObject({
  stage: name,
  displayName: z.string().optional(),
  dependsOn: dependsOn.optional(),
  condition: z.string().optional(),
  lockBehavior: z.enum(['sequential', 'runLatest']).optional(),
  variables: texts.optional(),
  jobs: z.array(job).min(1),
})
const parameter = z.strictObject({
  name,
  displayName: z.string().optional(),
  type: z.enum(['string', 'number', 'boolean']),
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
  values: z.array(z.string()).optional(),
})

/** A whole pipeline, of the kinds that the examples are. */
export const pipelineShape = z.strictObject({
  name: z.string().optional(),
  trigger: z
    .union([z.literal('none'), z.strictObject({ batch: z.boolean().optional(), branches: branches.optional() })])
    .optional(),
  pr: z.union([z.literal('none'), z.strictObject({ branches: branches.optional() })]).optional(),
  schedules: z
    .array(
      z.strictObject({
        cron: z.string().regex(/^\S+( \S+){4}$/),
        displayName: z.string().optional(),
        always: z.boolean().optional(),
        branches,
      }),
    )
    .optional(),
  parameters: z.array(parameter).optional(),
  variables: texts.optional(),
  pool: pool.optional(),
  steps: steps.optional(),
  jobs: z.array(job).optional(),
  stages: z.array(stage).optional(),
})
