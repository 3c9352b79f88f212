// Are the generated files fresh? In a copy of this checkout, deletes all of them, generates them anew, and demands that the
// copy equals what lies here, byte for byte; and that git knows every one of them.
import { spawnSync } from 'node:child_process'
import { existsSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { generatedFiles } from '../core/gen/generated.ts'
import { copyCheckout } from './lib/copy.mjs'
import { root } from './lib/sources.mjs'

const copy = copyCheckout('gen')
try {
  for (const file of generatedFiles(copy)) rmSync(join(copy, file))
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  run(process.execPath, ['core/gen/main.ts'], copy)
  report(new Set([...generatedFiles(root), ...generatedFiles(copy)]))
} finally {
  rmSync(copy, { recursive: true, force: true })
}

/** @param {ReadonlySet<string>} files */
function report(files) {
  const differences = [...files].map(differenceOf).filter((text) => text !== '')
  const unknown = run('git', ['ls-files', '--others', '--exclude-standard', '--', ...files], root)
  for (const text of differences) process.stderr.write(text)
  if (differences.length > 0) console.error(`gen: ${differences.length} files are stale; run \`npm run gen\``)
  if (unknown !== '') console.error(`gen: git does not know these generated files yet:\n${unknown.trimEnd()}`)
  const isFresh = differences.length === 0 && unknown === '' && files.size > 0
  if (isFresh) console.log(`gen: ${files.size} generated files are fresh`)
  process.exitCode = isFresh ? 0 : 1
}

/**
 * What differs between the file that lies here and the one that its definition asks for, in the form of git.
 * @param {string} file
 */
function differenceOf(file) {
  const paths = [join(root, file), join(copy, file)].map((path) => (existsSync(path) ? path : '/dev/null'))
  const { status, stdout, stderr } = spawnSync('git', ['diff', '--no-index', '--', ...paths], { encoding: 'utf8' })
  if (status === 0) return ''
  return stdout === '' ? `${stderr.trim()}\n` : stdout.replaceAll(`${copy}/`, '/').replaceAll(`${root}/`, '/')
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 * @throws when it fails
 */
function run(command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args[0]} failed:\n${stderr}`)
  return stdout
}
