import { InputError } from '../../errors/errors.ts'
import { parseQuery } from '../../workspace/search/parse.ts'
import type { Query, SearchKind } from '../../workspace/search/query.ts'

/**
 * Reads a search that was given to an input; without one everything is found.
 *
 * @param input The name of the input, for errors.
 * @throws InputError with everything that is wrong, each with its column and what was expected there.
 */
export function readSearch(text: string | undefined, kind: SearchKind, input: string): Query {
  const parsed = parseQuery(text ?? '', kind)
  if ('query' in parsed) return parsed.query
  throw new InputError({
    faults: parsed.faults.map(({ column, problem, expected }) => ({
      subject: input,
      source: { kind: 'input' },
      problem: `${problem} (column ${column})`,
      rule: expected,
    })),
  })
}
