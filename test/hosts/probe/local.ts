import { localHost } from '../../../core/cli/host.ts'
import { probe, secrets } from './probe.ts'

const inputs = JSON.parse(process.argv[2] ?? '{}') as Record<string, string>
const { stdout, stderr, env } = process
await probe(localHost({ inputs, secrets, stdout, stderr, env, cwd: process.cwd() }))
