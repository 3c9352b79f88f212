// Prints `passed failed skipped` from a report of vitest: `node scripts/count-tests.mjs REPORT EXIT-CODE`. Each skipped and each
// failed test is named on stderr. A run that failed without a failed test (a file that cannot be loaded, a lost promise) counts as
// one failure.
import { existsSync, readFileSync } from 'node:fs'

/** @typedef {{ fullName: string, status: string, failureMessages?: string[] }} Test */
/** @typedef {{ name: string, status: string, message?: string, assertionResults: Test[] }} File */

const [path = '', exitCode = '1'] = process.argv.slice(2)
const files = existsSync(path) ? readFiles(path) : []
const tests = files.flatMap(({ assertionResults }) => assertionResults)
const passed = tests.filter(({ status }) => status === 'passed')
const failed = tests.filter(({ status }) => status === 'failed')
const skipped = tests.filter(({ status }) => !['passed', 'failed'].includes(status))

for (const { fullName } of skipped) console.error(`skipped: ${fullName}`)
for (const { fullName, failureMessages = [] } of failed)
  console.error(`failed: ${fullName}\n${start(failureMessages.join('\n'))}`)
const isBroken = failed.length === 0 && (exitCode !== '0' || tests.length === 0)
if (isBroken) {
  console.error(`failed: the tests ended with ${exitCode}, though no test of ${tests.length} failed`)
  for (const { name, message = '' } of files.filter(({ status }) => status === 'failed'))
    console.error(`${name}\n${start(message)}`)
}
console.log(`${passed.length} ${isBroken ? 1 : failed.length} ${skipped.length}`)

/**
 * The beginning of a message, indented.
 * @param {string} message
 */
function start(message) {
  return message
    .split('\n')
    .slice(0, 12)
    .map((line) => `  ${line.slice(0, 300)}`)
    .join('\n')
}

/** @param {string} path */
function readFiles(path) {
  return /** @type {{ testResults: File[] }} */ (JSON.parse(readFileSync(path, 'utf8'))).testResults
}
