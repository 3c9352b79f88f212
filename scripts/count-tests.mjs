// Prints `passed failed skipped` from a report of vitest: `node scripts/count-tests.mjs REPORT EXIT-CODE`. Each skipped test is
// named on stderr. A run that failed without a failed test (a file that cannot be loaded, a lost promise) counts as one failure.
import { existsSync, readFileSync } from 'node:fs'

/** @typedef {{ fullName: string, status: string }} Test */

const [file = '', exitCode = '1'] = process.argv.slice(2)
const tests = existsSync(file) ? readTests(file) : []
const count = (/** @type {string[]} */ statuses) => tests.filter(({ status }) => statuses.includes(status)).length

const skipped = tests.filter(({ status }) => !['passed', 'failed'].includes(status))
for (const { fullName } of skipped) console.error(`skipped: ${fullName}`)
const failed = count(['failed'])
const isBroken = failed === 0 && (exitCode !== '0' || tests.length === 0)
console.log(`${count(['passed'])} ${isBroken ? 1 : failed} ${skipped.length}`)

/** @param {string} path */
function readTests(path) {
  const report = /** @type {{ testResults: { assertionResults: Test[] }[] }} */ (JSON.parse(readFileSync(path, 'utf8')))
  return report.testResults.flatMap(({ assertionResults }) => assertionResults)
}
