import type { TestContext } from 'vitest'
import { tools } from '../../scripts/lib/tools.mjs'

/**
 * The path of a program that `npm test` prepares (scripts/lib/tools.mjs), or undefined where it cannot be installed.
 * @throws when no tool of the list has this name
 */
export function tool(name: string): string | undefined {
  const known = tools.find((one) => one.name === name)
  if (known === undefined) throw new Error(`no tool is called ${name}; add it to scripts/lib/tools.mjs`)
  return known.path()
}

/** The path of a tool; where it is absent, this test is skipped aloud. */
export function needTool(context: TestContext, name: string): string {
  return tool(name) ?? skipAloud(context, `${name} is not here (npm test tries to install it)`)
}

/** Ends a test as skipped, and says so on the terminal with the reason: a skip that nobody sees is a test that nobody has. */
export function skipAloud(context: TestContext, reason: string): never {
  process.stderr.write(`SKIPPED ${context.task.name}: ${reason}\n`)
  return context.skip(reason)
}

/** Whether a tool is here; says aloud where it is not, and all tests that need it are skipped. */
export function hasTool(name: string): boolean {
  const isHere = tool(name) !== undefined
  if (!isHere)
    process.stderr.write(`SKIPPED all tests that need ${name}: it is not here (npm test tries to install it)\n`)
  return isHere
}
