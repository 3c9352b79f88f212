import { z } from 'zod'
import { ConfigError } from '../errors/errors.ts'
import type { Fault } from '../errors/fault.ts'
import { type Digest, isDigest } from '../records/digest.ts'
import { namePattern } from '../records/reference.ts'

const digest = z.string().refine(isDigest, 'expected sha256: and 64 hexadecimal digits') as z.ZodType<Digest>
const count = z.int().positive()
const milliseconds = z.int().nonnegative()

/** A path below the folder of the file, with `/`: it neither begins at the top nor climbs. */
const below = z
  .string()
  .min(1)
  .refine((path) => !/^([\\/]|[A-Za-z]:)/.test(path) && !path.split(/[\\/]/).includes('..'), 'leaves the folder')

const servedModel = z.strictObject({
  /** The name in the address: `/v2/models/<name>`. */
  name: z.string().regex(namePattern),
  /** The model version. Where a request names none, the highest version of the name answers. */
  version: count,
  /** The ONNX file, below the folder of serve.json. Its weights are inside it. */
  file: below,
  /** The sha256 of that file. It is not served unless it has this digest. */
  digest,
})

/**
 * `serve.json`: what a scoring server serves, and how. The command line may replace `host`, `port` and `readyFile`, which belong
 * to the machine and not to the package.
 */
export const serveConfig = z.strictObject({
  /** At least one. Each is loaded and warmed up before the server says that it is ready. */
  models: z.array(servedModel).min(1),
  /** The address to listen at. `0.0.0.0` inside a container. */
  host: z.string().min(1).default('127.0.0.1'),
  /** 0 takes any free port; the ready file and the first line of the log say which. */
  port: z.int().min(0).max(65_535).default(8080),
  /** Written, whole or not at all, when the server is ready, and removed when it stops. Relative to the folder of serve.json. */
  readyFile: z.string().min(1).optional(),
  /** `native` demands onnxruntime-node beside the server, `wasm` never uses it, `auto` uses it where it is. */
  engine: z.enum(['auto', 'native', 'wasm']).default('auto'),
  /** `auto` runs what arrives at the same time as one batch, where a model is seen to treat rows alone; `off` never does. */
  batching: z.enum(['auto', 'off']).default('auto'),
  /** The most rows that are joined into one run. A larger request runs alone. */
  maxBatchRows: count.default(256),
  /** Requests that may wait for the model; those above it are answered with 503. */
  maxQueue: count.default(512),
  /** A larger body is answered with 413. */
  maxBodyBytes: count.default(8 * 1024 * 1024),
  /** How long a client may take to send its request. */
  requestTimeoutMs: milliseconds.default(30_000),
  /** After a signal to stop, how long new requests are still taken, so that clients and balancers learn of it first. */
  noticeMs: milliseconds.default(250),
  /** After that, how long the requests that are being answered may take. */
  drainMs: milliseconds.default(20_000),
  /** One line per request: method, path, status, milliseconds; never what was asked or answered. */
  accessLog: z.boolean().default(false),
})

/** A checked `serve.json`, with its defaults. */
export type ServeConfig = z.output<typeof serveConfig>

/** A `serve.json` as it may be written. */
export type ServeConfigInput = z.input<typeof serveConfig>

/** One entry of `models`. */
export type ServedModel = ServeConfig['models'][number]

/**
 * Reads a `serve.json`.
 *
 * @param file its name, for the faults
 * @throws ConfigError TY0102 with everything that is wrong in it.
 */
export function parseConfig(text: string, file: string): ServeConfig {
  const parsed = serveConfig.safeParse(parseJson(text, file))
  const faults = parsed.success
    ? twice(parsed.data, file)
    : parsed.error.issues.flatMap((issue) => faultsOf(issue, file))
  if (!parsed.success || faults.length > 0) throw new ConfigError({ faults })
  return parsed.data
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ConfigError({
      faults: [{ subject: file, source: { kind: 'file', file }, problem: 'is not JSON' }],
      cause,
    })
  }
}

function faultsOf(issue: z.core.$ZodIssue, file: string): readonly Fault[] {
  const source = { kind: 'file', file } as const
  const subject = (path: readonly PropertyKey[]) => (path.length === 0 ? 'the file' : path.map(String).join('.'))
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ subject: subject([...issue.path, key]), source, problem: 'is not a known key' }))
  return [{ subject: subject(issue.path), source, problem: `is not valid: ${issue.message}` }]
}

function twice({ models }: ServeConfig, file: string): readonly Fault[] {
  const keys = models.map(({ name, version }) => `${name}@${version}`)
  return keys.flatMap((key, at) =>
    keys.indexOf(key) === at
      ? []
      : [{ subject: `models.${at}`, source: { kind: 'file', file } as const, problem: `serves ${key} a second time` }],
  )
}
