import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { basicEnvironment } from '../support/ci-process.ts'
import { type NodeBinary, nodes } from '../support/nodes.ts'
import { buildProbes, probeOf, removeProbes, run } from './faces.ts'

const folder = mkdtempSync(join(tmpdir(), 'trainyard-local-'))
beforeAll(buildProbes)
afterAll(() => {
  removeProbes()
  rmSync(folder, { recursive: true, force: true })
})

function command(node: NodeBinary, scenario: string, env: Readonly<Record<string, string>> = {}) {
  return spawnSync(node.path, [probeOf('local'), '{}'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...basicEnvironment(), PROBE: scenario, ...env },
  })
}

/** The same behind a pseudo-terminal, which `script` makes. */
function atTerminal(node: NodeBinary, scenario: string, env: Readonly<Record<string, string>> = {}): string {
  const args = ['--quiet', '--return', '--command', `'${node.path}' '${probeOf('local')}' '{}'`, '/dev/null']
  const { stdout } = spawnSync('/usr/bin/script', args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...basicEnvironment(), PROBE: scenario, TERM: 'xterm', ...env },
  })
  return stdout
}

describe.each(nodes())('at a command line with $name', (node) => {
  test('outputs are all that goes to stdout, in a table', () => {
    const { stdout, stderr } = command(node, 'outputs')

    expect(stdout).toContain('plain            pass\n')
    expect(stdout).toContain('lines            first\n                 second\n')
    expect(stdout).toContain('on-inconclusive  camelCase\n')
    expect(stderr).toBe('The probe has ended\n')
  })

  test('outputs go to a file, exactly', () => {
    const file = join(folder, `${node.name}.json`)
    command(node, 'outputs', { TRAINYARD_OUTPUT: file })

    const written: unknown = JSON.parse(readFileSync(file, 'utf8'))
    expect(written).toMatchObject({ windows: 'first\r\nsecond\rthird', 'on-inconclusive': 'camelCase' })
  })

  test('colours and a progress line are for terminals', () => {
    const { stderr } = command(node, 'log')

    expect(stderr).not.toContain('\u001B')
    expect(stderr).toContain('warning: 100 % of')
    expect(stderr).toContain('b.yml: error: a column; a ] bracket')
    expect(stderr).not.toContain('a line for debugging')
  })

  test.runIf(process.platform === 'linux')('a terminal shows colours, and progress on one line', () => {
    const shown = atTerminal(node, 'log')

    expect(shown).toContain('\u001B[31mb.yml: error: a column; a ] bracket\u001B[0m')
    expect(shown).toContain('\r\u001B[2K\u001B[2muploading: 42 %\u001B[0m')
    expect(shown).toContain('\r\u001B[2K\u001B[32mThe probe has ended\u001B[0m')
  })

  test.runIf(process.platform === 'linux')(
    'NO_COLOR takes the colours away, and TERM=dumb the progress line too',
    () => {
      const plain = atTerminal(node, 'log', { NO_COLOR: '1' })
      const dumb = atTerminal(node, 'log', { TERM: 'dumb' })

      expect(plain).toContain('\r\u001B[2Kuploading: 42 %')
      expect(plain.replaceAll('\u001B[2K', '')).not.toContain('\u001B')
      expect(dumb).not.toContain('\u001B')
      expect(dumb).toContain('uploading: 100 %')
    },
  )

  test('TRAINYARD_DEBUG shows lines for debugging', () => {
    expect(command(node, 'log', { TRAINYARD_DEBUG: '1' }).stderr).toContain('a line for debugging')
  })

  test('a reader that closes the pipe early is no failure', () => {
    const line = `'${node.path}' '${probeOf('local')}' '{}' 2>&1 | head -1 >/dev/null; echo "$PIPESTATUS"`
    const { stdout } = spawnSync('bash', ['-c', line], {
      encoding: 'utf8',
      env: { ...basicEnvironment(), PROBE: 'flood' },
    })

    expect(stdout.trim()).toBe('4')
  })

  test('there is no identity token on a laptop', async () => {
    const { report } = await run('local', node, 'idToken')

    expect(report).toMatchObject({ thrown: { name: 'ExternalError' } })
  })

  test('in a script step of a CI job the rules of CI hold', async () => {
    const env = { GITHUB_ACTIONS: 'true', RUNNER_ENVIRONMENT: 'github-hosted', GITHUB_EVENT_NAME: 'pull_request' }

    const { report } = await run('local', node, 'context', { env })

    expect(report).toMatchObject({ isCi: true, isThrowAway: true, trust: { kind: 'untrusted' } })
  })
})
