import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

/** What to send, and where. */
export interface Load {
  readonly url: string
  readonly perSecond: number
  readonly seconds: number
  readonly seed?: number
  readonly body?: string
}

const findings = z.object({
  sent: z.number(),
  /** Each request that was not answered 200, with the reason. */
  failures: z.array(z.string()),
  byDeployment: z.record(z.string(), z.number()),
  p50Ms: z.number(),
  p99Ms: z.number(),
})

/** What became of the requests. */
export type Findings = z.output<typeof findings>

/** Sends requests from a process of its own; `begun` resolves with the first. */
export function openLoop(load: Load): { readonly begun: Promise<void>; readonly findings: Promise<Findings> } {
  const program = fileURLToPath(new URL('./open-loop.mjs', import.meta.url))
  const child = spawn(process.execPath, [program, JSON.stringify(load)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  const begun = new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (said.includes('\n')) resolve()
    })
  })
  const found = new Promise<Findings>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', () => {
      try {
        resolve(findings.parse(JSON.parse(said.split('\n')[1] ?? '')))
      } catch (cause) {
        reject(new Error(`the load ended without findings: ${said}`, { cause }))
      }
    })
  })
  return { begun, findings: found }
}
