import { pinText } from '../../workspace/verify/pin.ts'
import { readGate } from '../report/read/gate.ts'
import { when } from '../text-table.ts'
import { data, purpose, training } from './about.ts'
import type { Card } from './card.ts'
import { decisions, deployments } from './decisions.ts'
import { canary, claims, gate, profile, slices } from './evidence.ts'
import type { CardFacts } from './facts.ts'
import { limits } from './limits.ts'

/** Makes the card of a version from what is recorded about it, and from nothing else. */
export function makeCard(facts: CardFacts): Card {
  const { version, head, madeAt, tool, workspace } = facts
  return {
    title: `${version.model}@${version.version}`,
    lede: lede(facts),
    sections: [
      purpose(facts),
      data(facts),
      training(facts),
      gate(facts),
      slices(facts),
      profile(facts),
      canary(facts),
      decisions(facts),
      deployments(facts),
      limits(facts),
    ],
    foot: `Made ${when(madeAt)} UTC by Trainyard ${tool} from ${workspace}, whose entries were read and checked up to ${pinText(head)}. Nothing in it was written by hand. All times are UTC.`,
  }
}

function lede(facts: CardFacts): string {
  const { version, model } = facts
  const aliases = Object.keys(model.aliases).filter((alias) => model.aliases[alias] === version.version)
  const live = facts.deployments.filter(({ state }) => state === 'live')
  const [judged] = claims(facts, 'gate', readGate)
  const parts = [
    aliases.length === 0 ? 'no alias names it' : `it is ${aliases.join(' and ')}`,
    live.length === 0
      ? 'it serves nowhere'
      : `it serves ${live.map(({ endpoint, share }) => `${endpoint} with ${share}\u00A0% of the traffic`).join(', ')}`,
    judged === undefined ? 'no gate judged it' : `the newest gate says ${judged.claim.verdict.kind}`,
  ]
  return `Version ${version.version} of ${model.name}: ${parts.join('; ')}.`
}
