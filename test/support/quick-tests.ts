import { configureGlobal } from 'fast-check'
import { beforeEach } from 'vitest'

// A property is tried on fewer examples, and always on the same ones: what survives once survives again. A mutant that fails
// one is killed; to look for a smaller example would take minutes, and count as timed out.
configureGlobal({ numRuns: 25, seed: 1, endOnFailure: true })

/** What some titles say of tests that draw many samples, take a million rows or start processes. */
const long =
  /simulation|million|hundred thousand|in most gates|of the gates|often than alpha|errs about as often|holds its level|holds it where|covers a mean|standard error of 1|of 200000 is right|of the very bytes|in a row of|by processes/

/** For mutation testing, where each test runs some thousand times: the long ones are left out, by their titles. */
beforeEach((context) => {
  if (long.test(context.task.name)) context.skip('too long to run once per mutant')
})
