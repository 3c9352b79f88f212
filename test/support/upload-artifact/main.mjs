import { cpSync, existsSync, mkdirSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'

const { INPUT_NAME: name = '', INPUT_PATH: path = '', TRAINYARD_TEST_ARTIFACTS: artifacts } = process.env
if (artifacts === undefined) throw new Error('TRAINYARD_TEST_ARTIFACTS names no folder')
const paths = path.split('\n').map((line) => line.trim())
const found = paths.filter((line) => line !== '' && existsSync(resolve(line)))
const folder = join(artifacts, name)
if (found.length > 0 && existsSync(folder)) throw new Error(`an artifact called ${name} is there already`)
for (const line of found) {
  mkdirSync(folder, { recursive: true })
  cpSync(resolve(line), join(folder, basename(line)), { recursive: true })
}
if (found.length === 0 && process.env['INPUT_IF-NO-FILES-FOUND'] !== 'ignore') {
  console.log(`::warning::No files were found with the provided path: ${path}`)
}
console.log(`${found.length} of ${paths.length} paths were kept in ${folder}`)
