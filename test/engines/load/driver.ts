// What a step does, for the test of the bundle: loads the address of its first argument and prints what came of it.
import { runLoad } from '../../../core/engines/load/run-load.ts'

const [, , url = '', pid = ''] = process.argv
const plan = {
  url,
  requests: [{ body: '{"a":1}' }],
  rate: 200,
  durationMs: 900,
  warmUpMs: 100,
  seed: 3,
  maxLagMs: 5000,
  watch: { kind: 'process', pid: Number(pid) },
} as const
const { kind, total } = await runLoad(plan, { signal: new AbortController().signal })
console.log(JSON.stringify({ kind, counts: total.counts, hasResources: total.resources !== undefined }))
