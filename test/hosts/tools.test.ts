import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { buildProbes, cases, removeProbes, run } from './faces.ts'

beforeAll(buildProbes)
afterAll(removeProbes)

const result = z.object({ exitCode: z.number(), stdout: z.string(), stderr: z.string() })
const shape = z.object({
  input: result,
  noInput: result,
  unread: result,
  code: z.number(),
  killed: z.number(),
  args: z.array(z.string()),
  cwd: z.string(),
  env: z.array(z.string()),
  ownEnv: z.string(),
  big: z.number(),
})

/** All that a step is handed for itself alone. */
const secretEnvironment = {
  TRAINYARD_INPUT_TOKEN: 'x',
  TRAINYARD_AZURE_DEVOPS_TOKEN: 'x',
  ACTIONS_RUNTIME_TOKEN: 'x',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x',
  GITHUB_TOKEN: 'x',
  SYSTEM_ACCESSTOKEN: 'x',
}

const forTheStep =
  /^(INPUT_|TRAINYARD_|ACTIONS_|ENDPOINT_|SECRET_)|TOKEN$|^GITHUB_(OUTPUT|ENV|PATH|STATE|STEP_SUMMARY)$/

describe.concurrent.each(cases)('$face on $on', ({ face, node }) => {
  test('runs a tool without a shell, collects what it prints, and keeps from it what is for the step alone', async () => {
    const { report, log } = await run(face, node, 'exec', { inputs: { model: 'flights' }, env: secretEnvironment })
    const tool = shape.parse(report)

    expect(tool.input).toEqual({ exitCode: 0, stdout: 'line ü\n', stderr: 'ü err' })
    expect(tool.noInput.exitCode).toBe(0)
    expect(tool.unread.exitCode).toBe(0)
    expect(tool.code).toBe(7)
    expect(tool.killed).toBeGreaterThanOrEqual(128)
    expect(tool.args).toEqual(['$(id)', '; exit 3', '"a b"', '', '*'])
    expect(tool.cwd).toBe('/')
    expect(tool.big).toBe(1_000_000)
    expect(log.join('\n')).not.toContain('line ü')
    expect(tool.env.filter((name) => forTheStep.test(name))).toEqual([])
    expect(tool.env).toContain('PATH')
    expect(tool.ownEnv).toBe('A')
  })

  test.each(['missingTool', 'missingFolder'])('says which tool cannot be started (%s)', async (scenario) => {
    const { report } = await run(face, node, scenario)

    expect(report).toMatchObject({ thrown: { name: 'ExternalError', code: 'TY0503' } })
  })
})
