import { beforeEach } from 'vitest'

/** What some titles say of tests that draw many samples, take a million rows or start processes. */
const long = /simulation|million|in most gates|of the gates|of the very bytes|in a row of|by processes/

/** For mutation testing, where each test runs some thousand times: the long ones are left out, by their titles. */
beforeEach((context) => {
  if (long.test(context.task.name)) context.skip('too long to run once per mutant')
})
