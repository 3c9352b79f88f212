import { type CatalogueEntry, catalogue } from '../../errors/catalogue.ts'
import { exitCodes } from '../../errors/errors.ts'
import { origin } from '../words.ts'
import { markdownTable, page, pageHead } from './markdown.ts'

/** What each exit code means: whose move it is. */
const meanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  success: 'The step ended well.',
  invalid: 'The inputs, or a project, criteria or model file, have to be corrected.',
  rejected: 'A verdict: the step worked, and its answer is no.',
  external: 'A service or a program that the step depends on failed.',
  stopped: 'The step was cancelled, or ran out of time.',
  defect: 'A defect in Trainyard.',
  interrupted: 'The step was stopped by SIGINT.',
  terminated: 'The step was stopped by SIGTERM.',
}

/** The reference page of all errors: `docs/reference/errors.md`. */
export function errorsPage(): string {
  const entries: readonly (readonly [string, CatalogueEntry])[] = Object.entries(catalogue)
  return page([
    pageHead(origin('core/errors/catalogue.ts')),
    '# Errors',
    'Every failure has a code. The message of a step names it, and says what is special to the occurrence; this page says what it means and what to do.',
    '## Exit codes',
    'They hold on GitHub and on the command line. An Azure task completes as failed and says the same in words.',
    markdownTable(
      ['Exit code', 'Meaning'],
      Object.entries(exitCodes).map(([name, code]) => [String(code), meanings[name as keyof typeof exitCodes]]),
    ),
    '## Codes',
    ...entries.flatMap(([code, { title, doc, hint }]) => [`### ${code}`, `**${title}.** ${doc}`, `${hint}`]),
  ])
}
