import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { root } from '../../scripts/lib/sources.mjs'
import { about } from './steps.ts'

const manifest = z.object({ runs: z.object({ main: z.string(), post: z.string().optional() }) })

/** The labels of self-hosted runners in the examples. */
const labels = ['serving']

/**
 * What actionlint says about workflows when our actions lie in the same repository: it looks at the inputs of local and of
 * well-known actions only.
 *
 * @param scratch A folder in which the repository is made.
 * @returns What it prints; nothing where all is well.
 */
export function withLocalActions(
  actionlint: string,
  scratch: string,
  workflows: Readonly<Record<string, string>>,
): string {
  const repository = mkdtempSync(join(scratch, 'repository-'))
  mkdirSync(join(repository, '.git'))
  mkdirSync(join(repository, '.github/workflows'), { recursive: true })
  // actionlint knows GitHub's own labels only, and asks for those of a team's own machines.
  writeFileSync(join(repository, '.github/actionlint.yaml'), JSON.stringify({ 'self-hosted-runner': { labels } }))
  for (const step of readdirSync(join(root, 'actions'))) placeAction(step, repository)
  const files = Object.entries(workflows).map(([name, text]) => {
    const file = join(repository, '.github/workflows', name)
    writeFileSync(
      file,
      text.replaceAll(`${about.repository}/actions/`, './actions/').replaceAll(/(\.\/\S+)@v\d+/g, '$1'),
    )
    return file
  })
  const { error, stdout, stderr } = spawnSync(actionlint, files, { cwd: repository, encoding: 'utf8' })
  if (error !== undefined) throw error
  return stdout + stderr
}

/** The manifest, and an empty file wherever it names one: actionlint looks whether they exist. */
function placeAction(step: string, repository: string): void {
  const from = join(root, 'actions', step, 'action.yml')
  const to = join(repository, 'actions', step)
  if (step === 'host' || step === 'dist') return
  mkdirSync(to, { recursive: true })
  cpSync(from, join(to, 'action.yml'))
  const { runs } = manifest.parse(parse(readFileSync(from, 'utf8')))
  for (const file of [runs.main, ...(runs.post === undefined ? [] : [runs.post])]) {
    mkdirSync(dirname(join(to, file)), { recursive: true })
    writeFileSync(join(to, file), '')
  }
}
