import { z } from 'zod'
import { endpointBudgetsShape } from '../records/budgets.ts'
import { namePattern } from '../records/reference.ts'
import { retentionShape } from './retention.ts'
import { triggersShape } from './triggers.ts'

const scalar = z.union([z.string(), z.number(), z.boolean()])
const words = z.union([z.string().min(1), z.array(scalar).min(1)])
const texts = z.union([z.string().min(1), z.array(z.string().min(1))])

/** One model's entry. Its values go through the YAML doors of the inputs that name these keys; here only the form is checked. */
export const modelShape = z.strictObject({
  folder: z
    .string()
    .optional()
    .describe("The model's folder in the repository; every path of this entry is relative to it."),
  path: texts.optional().describe('The files that training writes and registration keeps, as patterns.'),
  train: words
    .optional()
    .describe('The command that trains: a list, or words quoted as for a shell. Never run by a shell.'),
  predict: words
    .optional()
    .describe('The command that predicts, with the placeholders {model} (folder), {data} and {out} (files).'),
  requirements: z.string().optional().describe('The pip requirements that train and predict run in.'),
  data: texts.optional().describe('The data files that training reads, as patterns; their digests are recorded.'),
  criteria: z.string().optional().describe("The gate's criteria file."),
  plan: texts
    .optional()
    .describe('The shares of a canary and how long it keeps each at least, `5%:2m, 25%:5m, 50%:10m`.'),
  serve: z.string().optional().describe('The deployment configuration: how a package of the model serves.'),
  experiment: z.string().regex(namePattern).optional().describe('The experiment that runs belong to.'),
  timeout: z.string().optional().describe('The longest that training may take, for example 2h.'),
  passEnv: texts
    .optional()
    .describe(
      'Environment variables that train and predict may see beside the usual ones; never secrets of the runner.',
    ),
})

/** The keys of a model's entry. */
export type ModelKey = keyof z.infer<typeof modelShape>

const workspaceShape = z.union([
  z.string().min(1),
  z.strictObject({
    url: z
      .string()
      .min(1)
      .describe(
        '`git:` (a branch of this repository), `s3://…`, `azblob://…`, a folder, or `mlflow+https://<server>`.',
      ),
    blobs: z
      .string()
      .min(1)
      .optional()
      .describe('An object store for model files and other bytes, apart from the ledger: `s3://…` or `azblob://…`.'),
    reasons: z
      .literal('required')
      .optional()
      .describe('`required`: promoting, deleting and everything else that a person decides needs a reason.'),
    identity: z
      .enum(['verify', 'required'])
      .optional()
      .describe(
        '`verify`: where the CI system gives an identity token, who acts is verified by it and recorded so; on GitHub the job needs the permission `id-token: write`. `required`: nothing is written without.',
      ),
    issuers: z
      .array(z.string().min(1))
      .optional()
      .describe('Issuers of identity tokens that count beside those of github.com, Azure DevOps and Microsoft Entra.'),
    ledger: z
      .string()
      .min(1)
      .optional()
      .describe('Where what an MLflow server cannot hold is kept: `git:` or a folder.'),
    championStage: z
      .enum(['Production', 'Staging'])
      .optional()
      .describe('The stage that means the alias `champion`, on an MLflow server whose users work with stages.'),
    retention: retentionShape.optional().describe('Which runs keep their files; `trainyard gc` applies it.'),
    publicFiles: z.boolean().optional().describe('Consent to keep model files in a public repository.'),
  }),
])

/** The whole of trainyard.yml. */
export const projectShape = z.strictObject({
  version: z.literal(1),
  workspace: workspaceShape.optional().describe('Where everything is remembered.'),
  models: z
    .record(z.string().regex(namePattern), modelShape)
    .default({})
    .describe('The models of this repository, by name.'),
  endpoints: z
    .record(
      z.string().regex(namePattern),
      z.strictObject({
        budgets: endpointBudgetsShape
          .optional()
          .describe(
            'What a model may need there, whatever its criteria file says: the gate judges by it, too, when its input `endpoint` names this endpoint.',
          ),
      }),
    )
    .default({})
    .describe('What is asked at endpoints, by their names.'),
  triggers: triggersShape.default([]).describe('What starts when a model is registered.'),
})

/** The checked content of trainyard.yml. */
export type ProjectContent = z.infer<typeof projectShape>
