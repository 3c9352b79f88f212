import { readCanary } from '../report/read/canary.ts'
import { readGate } from '../report/read/gate.ts'
import { readProfile } from '../report/read/profile.ts'
import { type CardSection, rowsText } from './card.ts'
import { claims } from './evidence.ts'
import type { CardFacts } from './facts.ts'

/** What the records do not show, or show to be weak. Found by looking, so that nobody can leave a line out. */
export function limits(facts: CardFacts): CardSection {
  return {
    title: 'Limits',
    list: [
      ...originLimits(facts),
      ...gateLimits(facts),
      ...decisionLimits(facts),
      ...serviceLimits(facts),
      'What nobody recorded is not in this card: for whom the model must not be used, and what harm it can do, is for people to say.',
    ],
  }
}

function originLimits({ version, run, datasets }: CardFacts): readonly string[] {
  return [
    ...when(version.description === undefined, 'Nobody described what it is for.'),
    ...when(version.signature === undefined, 'The types of its inputs and outputs are not recorded.'),
    ...when(run === undefined, 'It was registered by hand: code, data and environment of its training are not known.'),
    ...when(run?.git.isDirty === true, 'It was trained with changes that were not committed.'),
    ...when(run !== undefined && run.git.commit === undefined, 'It was not trained from a git checkout.'),
    ...when(run !== undefined && run.environment.kind !== 'locked', 'The environment of its training was not locked.'),
    ...when(datasets.length === 0, 'No registered dataset says what it was trained on.'),
    ...when(
      version.by.identity === undefined,
      'Who registered it was told by the environment of the step, and not verified by the CI system.',
    ),
  ]
}

function gateLimits(facts: CardFacts): readonly string[] {
  const [newest] = claims(facts, 'gate', readGate)
  if (newest === undefined) return ['No gate judged it: nothing is proven about how good it is.']
  const { verdict, data } = newest.claim
  const weak = verdict.results.filter(({ kind }) => kind !== 'pass')
  return [
    ...when(verdict.isUncompared, 'It was not compared with another version.'),
    ...when(verdict.kind !== 'pass', `The newest gate did not pass it: ${verdict.kind}.`),
    ...weak.map(({ criterion, kind, isRequired, needed }) => {
      const more = needed === undefined ? '' : `; about ${needed.toLocaleString('en-US')} rows would decide`
      return `${criterion}: ${kind}${isRequired ? '' : ', informative only'}${more}.`
    }),
    ...(data === undefined ? [] : [`It was judged on ${rowsText(data.rows)} of one file; other data may differ.`]),
    'No part of the data was judged on its own.',
  ]
}

function decisionLimits({ model, version }: CardFacts): readonly string[] {
  const forced = model.history.filter(({ to, isForced }) => to === version.version && isForced === true)
  return forced.map(({ alias, why }) => `It became ${alias} by force: ${why}`)
}

function serviceLimits(facts: CardFacts): readonly string[] {
  const isLive = facts.deployments.some(({ state }) => state === 'live')
  return [
    ...when(claims(facts, 'profile', readProfile).length === 0, 'How fast it answers was not measured.'),
    ...when(isLive && claims(facts, 'canary', readCanary).length === 0, 'It serves, and no canary was decided before.'),
  ]
}

function when(isSo: boolean, sentence: string): readonly string[] {
  return isSo ? [sentence] : []
}
