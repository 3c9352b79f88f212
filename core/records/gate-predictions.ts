import { z } from 'zod'
import { type Digest, isDigest } from './digest.ts'

/** A digest in evidence, and of what. */
export const digest = (words: string) =>
  z
    .string()
    .refine((text): text is Digest => isDigest(text), 'expected a sha256 digest')
    .meta({ pattern: '^sha256:[0-9a-f]{64}$' })
    .describe(words)

/** The same of the candidate and, where there is one, of the champion. */
export function sides<T extends z.ZodType>(one: T) {
  return { candidate: one, champion: one.optional() }
}

const platform = z.string().describe('`linux-x64`.')

const predictedBy = z
  .looseObject({
    way: z.enum(['onnx', 'command', 'files']),
    runtime: z
      .looseObject({
        package: z.string().describe('`onnxruntime-web`.'),
        version: z.string(),
        execution: z.enum(['wasm', 'native']),
        platform: platform.optional(),
      })
      .optional()
      .describe('Of `onnx`: the build of ONNX Runtime.'),
    platform: platform.optional(),
    environment: z
      .string()
      .optional()
      .describe('Of `command`: the digest of its Python with all packages, where that is known.'),
    code: z
      .string()
      .optional()
      .describe('Of `command`: the digest of the code that it ran with, or `commit …`; left out for a checkout.'),
    file: z.string().optional().describe('Of `files`.'),
    digest: digest('Of the bytes of that file.').optional(),
  })
  .describe('What made the numbers of one side.')

/** What both sides predict, and what made it, in a gate's evidence. */
export const predictionsShape = z.looseObject({
  ...sides(digest('Of the predicted numbers, in the order of the rows.')),
  reused: z
    .looseObject({ candidate: digest('Evidence.').optional(), champion: digest('Evidence.').optional() })
    .optional()
    .describe('The earlier evidence whose predictions a side says again.'),
  by: z.looseObject(sides(predictedBy)).optional().describe('What made the numbers of each side.'),
})
