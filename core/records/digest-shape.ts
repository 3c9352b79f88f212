import { z } from 'zod'
import { type Digest, isDigest } from './digest.ts'

/** A digest in something that is read. */
export const digestShape = z.custom<Digest>((text) => typeof text === 'string' && isDigest(text))
