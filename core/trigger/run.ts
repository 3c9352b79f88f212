import { deliver } from '../delivery/deliver.ts'
import { dispatchOf } from '../delivery/deliver-now.ts'
import { arrivedOf, failureOf, openOf, referencesOf, summaryOf } from '../delivery/report.ts'
import type { Run } from '../main/context.ts'
import type { definition } from './definition.ts'
import { sentenceOf } from './sentence.ts'

/** Carries the outbox to the targets of the project's rules, and says where each event went or why it went nowhere. */
export const run: Run<typeof definition> = async (context) => {
  const { workspace, project, host, done } = context
  if (project.content.triggers.length === 0) {
    const warning = 'trainyard.yml has no trigger rules, so nothing can start'
    return done({ fired: 0, pending: 0, references: '' }, { message: warning, warning })
  }

  const deliveries = await deliver(await dispatchOf(context))
  host.summary(summaryOf(deliveries))
  const [fired, pending] = [arrivedOf(deliveries).length, openOf(deliveries).length]
  const references = referencesOf(deliveries).join('\n')
  const failure = failureOf(deliveries)
  if (failure !== undefined) {
    // What did arrive is true all the same, and a later step may have to know.
    for (const [name, value] of Object.entries({ fired, pending, references })) host.output(name, String(value))
    throw failure
  }
  const isRehearsal = workspace.access === 'rehearsal'
  const message = sentenceOf({ fired, pending, isRehearsal })
  const warning = pending > 0 && !isRehearsal ? message : undefined
  return done({ fired, pending, references }, { message, warning })
}
