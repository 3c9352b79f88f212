import { z } from 'zod'
import { serveConfig } from '../scoring/config.ts'

/**
 * The deployment configuration that a user writes: how the server serves. Which models it serves, and the file by which it says
 * that it is ready, are not for a user to write.
 */
export const configurationShape = serveConfig.omit({ models: true, readyFile: true }).extend({
  version: z.literal(1),
  dockerfile: z
    .never({ error: 'a Dockerfile of your own cannot be used yet; the package runs as it is, by node serve.mjs' })
    .optional(),
})

/** A checked deployment configuration, with its defaults. */
export type Configuration = z.output<typeof configurationShape>
