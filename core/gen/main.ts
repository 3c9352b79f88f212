import { resolve } from 'node:path'
import { aboutProject } from './about.ts'
import { cliHelp } from './cli-help.ts'
import { exampleFiles } from './examples.ts'
import { generate, generateFromHelp } from './generate.ts'
import { writeFile, writeFiles } from './generated.ts'
import { loadSteps } from './steps.ts'

const root = resolve(import.meta.dirname, '../..')
const about = aboutProject(root)
const files = generate(await loadSteps(root), about)
// The command line reads the list of steps, so the list comes before its help.
writeFile(root, 'core/cli/steps.ts', files)
const all = new Map([...files, ...exampleFiles(root, about), ...generateFromHelp(await cliHelp(root))])
const changed = writeFiles(root, all)
for (const path of changed) process.stdout.write(`gen: wrote ${path}\n`)
process.stdout.write(`gen: ${all.size} files, ${changed.length} changed\n`)
