import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError } from '../../errors/errors.ts'
import { packageRoot } from './package-root.ts'

/** The file by which a later quickstart knows that it may begin anew here. */
const marker = '.trainyard-quickstart'

/** A repository to play in, with a remote of its own, as a team has one. */
export interface Scratch {
  readonly folder: string
  /** The user's checkout. */
  readonly checkout: string
  /** The bare repository that stands for the one on the server. */
  readonly remote: string
  git(...args: readonly string[]): Promise<void>
}

/**
 * Makes the scratch repository of the flights project and pushes its first commit. Replaces what an earlier quickstart left.
 *
 * @throws InputError when the folder holds anything that is not an earlier quickstart's.
 */
export async function makeScratch(folder: string, receiverUrl: string): Promise<Scratch> {
  if (existsSync(folder) && !existsSync(join(folder, marker))) {
    const fault = {
      subject: '--folder',
      source: { kind: 'input' as const },
      value: folder,
      problem: 'exists and is not an earlier quickstart',
    }
    throw new InputError({ faults: [fault] })
  }
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, marker), '')
  const [checkout, remote] = [join(folder, 'flights'), join(folder, 'remote.git')]
  await cp(join(packageRoot(), 'workflows-examples', 'flights'), checkout, {
    recursive: true,
    filter: (from) => !/__pycache__|\.pyc$|flights[\\/](data|model)$/.test(from),
  })
  await runGit(folder, ['init', '--quiet', '--bare', '--initial-branch=main', remote])
  await runGit(checkout, ['init', '--quiet', '--initial-branch=main'])
  await runGit(checkout, ['remote', 'add', 'origin', remote])
  // npm leaves ignore files out of a package.
  await writeFile(join(checkout, '.gitignore'), '__pycache__/\nmodel/\n')
  await writeFile(join(checkout, 'criteria.yml'), await criteriaFile(checkout))
  await writeFile(join(checkout, 'trainyard.yml'), await projectFile(checkout, receiverUrl))
  return { folder, checkout, remote, git: (...args) => runGit(checkout, args) }
}

/** A canary of seconds cannot look at minutes, and where stable never fails, only an absolute margin can decide. */
const canaryCriteria = `canary:
  window: 2s
  errors: { absolute: 0.03, dispersion: poisson }
`

/** The example's criteria, with a canary of seconds in place of one of an hour. */
async function criteriaFile(checkout: string): Promise<string> {
  const text = await readFile(join(checkout, 'criteria.yml'), 'utf8')
  const [beforeCanary] = text.split(/^canary:/m)
  return `${beforeCanary ?? text}${canaryCriteria}`
}

/** The example's project file, with a trigger rule for the receiver in place of the workflow that it starts on GitHub. */
async function projectFile(checkout: string, receiverUrl: string): Promise<string> {
  const text = await readFile(join(checkout, 'trainyard.yml'), 'utf8')
  const [beforeTriggers] = text.split(/^triggers:/m)
  return `${beforeTriggers ?? text}triggers:\n  - name: release\n    fire:\n      webhook:\n        url: ${receiverUrl}\n`
}

/** Commits everything and pushes it, as the author that the quickstart plays. */
export async function commit(scratch: Scratch, message: string): Promise<void> {
  await scratch.git('add', '--all')
  await scratch.git('commit', '--quiet', '--message', message)
  await scratch.git('push', '--quiet', '--set-upstream', 'origin', 'main')
  await scratch.git('remote', 'set-head', 'origin', 'main')
}

async function runGit(cwd: string, args: readonly string[]): Promise<void> {
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', '-c', 'commit.gpgsign=false']
  const child = spawn('git', [...identity, ...args], { cwd, stdio: ['ignore', 'ignore', 'inherit'], shell: false })
  const [exitCode] = (await once(child, 'exit')) as [number | null]
  if (exitCode !== 0) throw new Error(`git ${args.join(' ')} ended with ${exitCode ?? 'a signal'}`)
}
