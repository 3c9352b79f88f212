import type { Host } from '../../../core/host/host.ts'
import { hostileLines, hostileScript } from './hostile.ts'
import { nasty } from './values.ts'

type Scenario = (host: Host) => Promise<unknown>

const node = process.execPath

/** What a probe does, by name. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  async inputs(host) {
    const names = ['model', 'onInconclusive', 'blank', 'absent', 'many', 'yes', 'shouted', 'token']
    return Object.fromEntries(names.map((name) => [name, host.input(name) ?? null]))
  },

  async names(host) {
    return host.inputName('onInconclusive')
  },

  async outputs(host) {
    for (const [name, value] of Object.entries(nasty)) host.output(name, value)
  },

  async state(host) {
    for (const [name, value] of Object.entries(nasty)) host.saveState(name, value)
    host.saveState('bad name', 'x')
  },

  async recall(host) {
    return Object.fromEntries(Object.keys(nasty).map((name) => [name, host.state(name) ?? null]))
  },

  async masks(host) {
    const secret = host.input('token') ?? ''
    host.mask('first line\nsecond line of a key')
    host.log.info(`raw ${secret}`)
    host.log.warning(`base64 ${Buffer.from(`user:${secret}`).toString('base64')}`)
    host.log.error(`url ${encodeURIComponent(secret)}`)
    host.log.child(`child ${secret}`)
    host.log.debug(`debug ${secret}`)
    host.log.info('second line of a key')
    host.summary(`summary ${secret}`)
    await host.exec(node, ['-e', loudSecret], { env: { SECRET: secret }, isLoud: true })
    return host.redact(secret)
  },

  async environmentSecret(host) {
    host.log.info(`the token is ${host.env['TRAINYARD_INPUT_TOKEN'] ?? 'not there'}`)
  },

  async pipelineSecret(host) {
    host.log.info(host.env['PROBE_TEXT'] ?? '')
  },

  async log(host) {
    host.log.info('an ordinary line')
    host.log.debug('a line for debugging')
    host.log.notice('a notice', { file: 'a.py', line: 3, column: 7 })
    host.log.warning('100 % of\nthe rows: a, b', { file: 'odd, name: 50%.yml', line: 12 })
    host.log.error('a column; a ] bracket', { file: 'b.yml' })
    await host.log.group('outer', async () => {
      host.log.info('inside')
      await host.log.group('inner', async () => host.log.info('deeper'))
    })
    await host.log.group('fails', () => Promise.reject(new Error('inside a group'))).catch(() => undefined)
    for (let step = 0; step <= 100; step += 1) host.log.progress('uploading', step / 100)
  },

  async hostile(host) {
    for (const line of hostileLines) {
      host.log.child(line)
      host.log.info(line)
      host.log.debug(line)
      host.log.progress(line)
    }
    await host.exec(node, ['-e', hostileScript], { isLoud: true })
    await host.log.group(hostileLines.join(' '), async () => undefined)
    host.finish({ kind: 'warned', message: hostileLines.join('\n') })
  },

  async summary(host) {
    host.summary('# Gate\n\n| metric | value |\n|---|---|\n| auc | 0.89 |\n')
    host.summary('The **second** part.')
  },

  async longSummary(host) {
    host.summary(`# Begins\n${'ü'.repeat(400_000)}`)
    host.summary(`# Goes on\n${'x'.repeat(400_000)}`)
    host.summary('# Too late')
  },

  async exec(host) {
    const echo = 'process.stdin.on("data", (d) => process.stdout.write(d)); process.stderr.write("ü err")'
    const shell = ['-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '$(id)', '; exit 3', '"a b"', '', '*']
    return {
      input: await host.exec(node, ['-e', echo], { input: 'line ü\n' }),
      noInput: await host.exec(node, ['-e', 'process.stdin.resume()']),
      unread: await host.exec(node, ['-e', 'process.stdin.destroy()'], { input: 'x'.repeat(1_000_000) }),
      code: (await host.exec(node, ['-e', 'process.exitCode = 7'])).exitCode,
      killed: (await host.exec(node, ['-e', 'process.kill(process.pid, "SIGKILL")'])).exitCode,
      args: JSON.parse((await host.exec(node, shell)).stdout) as unknown,
      cwd: (await host.exec(node, ['-p', 'process.cwd()'], { cwd: '/' })).stdout.trim(),
      env: (await host.exec(node, ['-p', 'Object.keys(process.env).join()'])).stdout.trim().split(','),
      ownEnv: (await host.exec(node, ['-p', 'Object.keys(process.env).join()'], { env: { A: '1' } })).stdout.trim(),
      big: (await host.exec(node, ['-e', 'process.stdout.write("ü".repeat(1e6))'])).stdout.length,
    }
  },

  missingTool: (host) => host.exec('no-such-tool-anywhere', ['x']),
  missingFolder: (host) => host.exec(node, ['-v'], { cwd: '/no/such/folder' }),
  idToken: (host) => host.idToken('api://AzureADTokenExchange'),
  otherAudience: (host) => host.idToken('sts.example.com'),
  async connection(host) {
    const connection = host.connection('azureDevops', host.input('azureDevops') ?? '')
    host.log.info(`the token is ${connection.token ?? 'not there'}`)
    return connection
  },

  async context(host) {
    return { ...host.context }
  },

  async environment(host) {
    return Object.keys(host.env)
  },
}

const loudSecret = `
const secret = process.env.SECRET
process.stdout.write('loud ' + secret.slice(0, 5), () => setTimeout(() => process.stdout.write(secret.slice(5) + '\\n'), 50))
`
