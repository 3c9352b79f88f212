import type { Ending } from '../main/context.ts'
import { gatesOf } from '../main/gates.ts'
import { code, plain } from '../main/markdown.ts'
import { bringUp, takeOver, type Winner } from '../targets/take-over.ts'
import type { Candidate } from './candidate.ts'
import { rememberEndpoint } from './endpoint.ts'
import type { CanaryContext, Ground } from './run.ts'

/**
 * Deploys to an endpoint that serves nothing. A canary needs a stable to be compared with; so a version that passed the gate gets
 * all the traffic at once, and nothing else does.
 */
export async function deployFirst(context: CanaryContext, ground: Ground, candidate: Candidate): Promise<Ending> {
  const { inputs, workspace, host, done, rejected } = context
  const { endpoint } = inputs
  const { version, reference, spec } = candidate
  const outputs = { continue: false, reference, deployment: spec.name }
  const [gate] = await gatesOf(version, workspace)
  if (gate === undefined || (gate.verdict !== 'pass' && gate.forced === undefined)) {
    const why =
      gate === undefined
        ? 'no gate has judged its files'
        : `the newest gate says ${gate.verdict ?? 'nothing'} (${gate.at})`
    const reason = `${reference} would be the first at ${endpoint}, with all the traffic at once, and ${why}`
    host.summary(`### ❌ ${code(reference)} was not deployed\n\n${plain(reason)}\n`)
    return rejected({ ...outputs, verdict: gate?.verdict }, { code: 'TY0303', reasons: [reason] })
  }
  const address = await rememberEndpoint(context, ground)
  const winner: Winner = {
    endpoint,
    name: spec.name,
    model: version.model,
    version: version.version,
    package: candidate.package,
  }
  const scene = { target: ground.target, workspace, say: (sentence: string) => host.log.info(sentence) }
  await bringUp(scene, winner, spec)
  await takeOver(scene, winner)
  const message = `${reference} is the first at ${endpoint} and has all the traffic at once: there is nothing to compare with, and a gate ${gate.verdict === 'pass' ? 'passed these very bytes' : `let these very bytes through by force (${gate.forced})`}`
  host.summary(
    `### ✅ ${code(reference)} serves at ${code(endpoint)}\n\n${plain(message)} (evidence ${code(gate.id)}).\n`,
  )
  return done({ ...outputs, verdict: 'pass', share: 100, address }, { message })
}
