// Puts together what users of the actions download, and nothing else: `node scripts/package-actions.mjs [FOLDER]`. A release tag holds
// exactly this folder: the manifests, one shared folder of bundles, the licence and the README.
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { buildIfStale } from './lib/fresh.mjs'
import { inRoot, root } from './lib/sources.mjs'

const folder = resolve(process.argv[2] ?? join(root, 'dist/actions-release'))

buildIfStale('actions')
rmSync(folder, { recursive: true, force: true })
mkdirSync(join(folder, 'actions'), { recursive: true })
const steps = readdirSync(join(root, 'actions')).filter((step) => existsSync(join(root, 'actions', step, 'action.yml')))
for (const step of steps) {
  if (!existsSync(join(root, `actions/dist/${step}.mjs`))) throw new Error(`actions/${step} has no bundle`)
  cpSync(join(root, `actions/${step}/action.yml`), join(folder, `actions/${step}/action.yml`))
}
cpSync(join(root, 'actions/dist'), join(folder, 'actions/dist'), { recursive: true })
for (const file of ['README.md', 'LICENSE']) cpSync(join(root, file), join(folder, file))
console.log(`package: ${inRoot(folder)}, ${steps.length} actions`)
