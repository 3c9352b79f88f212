import { when } from '../text-table.ts'
import { who } from '../who.ts'
import type { CardSection } from './card.ts'
import type { CardFacts } from './facts.ts'

/** Who moved an alias to or from the version, when and why. */
export function decisions({ model, version }: CardFacts): CardSection {
  const moves = model.history.filter(({ from, to }) => from === version.version || to === version.version)
  if (moves.length === 0) return { title: 'Decisions', sentences: ['No alias ever named it.'] }
  return {
    title: 'Decisions',
    tables: [
      {
        caption: 'Moves of an alias to it or from it',
        head: ['when', 'who', 'alias', 'from', 'to', 'why'],
        rows: moves.map(({ at, by, alias, from, to, why, isForced }) => [
          `${when(at)} UTC`,
          who(by),
          alias,
          from === undefined ? 'none' : `@${from}`,
          to === undefined ? 'none' : `@${to}`,
          isForced === true ? `by force: ${why}` : why,
        ]),
      },
    ],
  }
}

/** Where it serves, and served. */
export function deployments({ deployments: all }: CardFacts): CardSection {
  if (all.length === 0)
    return { title: 'Deployments', sentences: ['It was deployed nowhere, as far as the workspace knows.'] }
  return {
    title: 'Deployments',
    tables: [
      {
        caption: 'The newest state of each deployment',
        head: ['endpoint', 'deployment', 'state', 'traffic', 'since', 'by'],
        rows: all.map(({ endpoint, name, state, role, share, at, by }) => [
          endpoint,
          name,
          role === 'canary' ? `${state}, as a canary` : state,
          `${share} %`,
          `${when(at)} UTC`,
          who(by),
        ]),
      },
    ],
  }
}
