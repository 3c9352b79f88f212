// Writes the golden workspaces of the present fold below test/workspace/golden: a folder, and a branch as a git bundle. Run it
// once for a release whose fold is new, and commit what it writes; what is there already is never replaced.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openWorkspace } from '../core/workspace/open.ts'
import { registryFold } from '../core/workspace/registry/effects.ts'
import { makeGolden } from '../test/workspace/make-golden.ts'
import { root } from './lib/sources.mjs'

const target = join(root, 'test/workspace/golden', `fold-${registryFold.version}`)
if (existsSync(target)) throw new Error(`${target} is there already: a golden workspace is written once`)
const scratch = mkdtempSync(join(tmpdir(), 'trainyard-golden-'))
try {
  const bare = join(scratch, 'models.git')
  git(['init', '--quiet', '--bare', bare])
  for (const url of [join(scratch, 'folder'), `git:${bare}`]) await makeGolden((request) => open(url, request), scratch)
  mkdirSync(target, { recursive: true })
  for (const part of ['trainyard.json', 'entries', 'checkpoints', 'documents', 'files'])
    cpSync(join(scratch, 'folder', part), join(target, 'folder', part), { recursive: true })
  git(['-C', bare, 'bundle', 'create', '--quiet', join(target, 'branch.bundle'), '--all'])
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
console.log(`wrote ${target}`)

/**
 * Opens a workspace as a step of a CI job does.
 * @param {string} url
 * @param {string} request
 */
function open(url, request) {
  const by = {
    name: 'ann',
    host: /** @type {const} */ ('github'),
    url: 'https://ci.example/7',
    repository: 'acme/models',
  }
  return openWorkspace({
    url,
    host: {
      id: 'memory',
      env: { PATH: process.env['PATH'], HOME: scratch },
      mask: () => undefined,
      context: context(),
    },
    request,
    by,
    intent: 'write',
    allowPublicFiles: false,
  })
}

function context() {
  const tempFolder = join(scratch, 'temp')
  const trust = { kind: /** @type {const} */ ('trusted') }
  return { isCi: false, actor: 'ann', folder: scratch, tempFolder, isThrowAway: false, trust, attempt: 1 }
}

/** @param {readonly string[]} args */
function git(args) {
  execFileSync('git', args, { stdio: 'inherit' })
}
