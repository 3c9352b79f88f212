// Prints `passed failed skipped` from reports of vitest: `node scripts/count-tests.mjs REPORT EXIT-CODE [AGAIN EXIT-CODE]`. Files in
// the second report were run again, alone, because they failed: they count as they ended there, and what failed only once is named
// as unsteady. Skipped and failed tests are named too, all on stderr. A run that failed without a failed test (a file that cannot be
// loaded, a lost promise) counts as one failure.
import { existsSync, readFileSync } from 'node:fs'

/** @typedef {{ fullName: string, status: string, failureMessages?: string[] }} Test */
/** @typedef {{ name: string, status: string, message?: string, assertionResults: Test[] }} File */

const [path = '', exitCode = '1', againPath = '', againCode = '0'] = process.argv.slice(2)
const first = readFiles(path)
const again = readFiles(againPath)
const files = [...first.filter(({ name }) => !isAgain(name)), ...again]
const tests = files.flatMap(({ assertionResults }) => assertionResults)
const passed = tests.filter(({ status }) => status === 'passed')
const failed = tests.filter(({ status }) => status === 'failed')
const skipped = tests.filter(({ status }) => !['passed', 'failed'].includes(status))

for (const { fullName } of skipped) console.error(`skipped: ${fullName}`)
for (const test of first.filter(({ name }) => isAgain(name)).flatMap(({ assertionResults }) => assertionResults))
  if (test.status === 'failed' && passed.some(({ fullName }) => fullName === test.fullName)) tell('unsteady', test)
for (const test of failed) tell('failed', test)
const isEnded = againPath === '' ? exitCode === '0' : againCode === '0'
const isBroken = failed.length === 0 && (!isEnded || tests.length === 0)
if (isBroken) {
  console.error(`failed: the tests ended with ${exitCode}, though no test of ${tests.length} failed`)
  for (const { name, message = '' } of files.filter(({ status }) => status === 'failed'))
    console.error(`${name}\n${start(message)}`)
}
console.log(`${passed.length} ${isBroken ? 1 : failed.length} ${skipped.length}`)

/** @param {string} name */
function isAgain(name) {
  return again.some((file) => file.name === name)
}

/**
 * @param {string} what
 * @param {Test} test
 */
function tell(what, { fullName, failureMessages = [] }) {
  console.error(`${what}: ${fullName}\n${start(failureMessages.join('\n'))}`)
}

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

/**
 * @param {string} report
 * @returns {File[]} none when there is no such report
 */
function readFiles(report) {
  if (report === '' || !existsSync(report)) return []
  return /** @type {{ testResults: File[] }} */ (JSON.parse(readFileSync(report, 'utf8'))).testResults
}
