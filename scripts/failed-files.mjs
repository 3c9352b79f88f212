// Prints the test files that failed, a line each, from a report of vitest; nothing when they are more than a few, since then it is no
// accident of a busy machine.
import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'

const most = 4

const [path = ''] = process.argv.slice(2)
const report = existsSync(path) ? readFileSync(path, 'utf8') : '{"testResults":[]}'
const { testResults } = /** @type {{ testResults: { name: string, status: string }[] }} */ (JSON.parse(report))
const failed = testResults.filter(({ status }) => status === 'failed').map(({ name }) => relative('.', name))
if (failed.length <= most) for (const name of failed) console.log(name)
