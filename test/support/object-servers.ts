import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { nodes } from './nodes.ts'
import { tool } from './tools.ts'

/** A real object store on this machine. */
export interface ObjectServer extends AsyncDisposable {
  readonly url: string
  /** The variables by which the vendor's client gets in. */
  readonly env: Readonly<Record<string, string>>
}

/** The account that the Azure emulator has, and its published key. */
export const emulator = {
  account: 'devstoreaccount1',
  key: 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
}

/** Starts versitygw, an S3 server over a folder. */
export async function startS3(folder: string): Promise<ObjectServer> {
  const port = await freePort()
  const data = join(folder, 's3')
  mkdirSync(data, { recursive: true })
  const access = ['--access', 'tester', '--secret', 'tester-secret', '--region', 'us-east-1']
  const args = [...access, '--port', `127.0.0.1:${port}`, '--quiet', 'posix', data]
  const env = {
    AWS_ACCESS_KEY_ID: 'tester',
    AWS_SECRET_ACCESS_KEY: 'tester-secret',
    AWS_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
    AWS_CONFIG_FILE: join(folder, 'none'),
  }
  return serve(spawn(tool('versitygw') ?? '', args, { stdio: 'ignore' }), { port, path: '', env })
}

/** Starts azurite, the emulator of Azure Blob Storage. */
export async function startAzure(folder: string): Promise<ObjectServer> {
  const port = await freePort()
  const main = join(tool('azurite') ?? '', 'dist/src/blob/main.js')
  const own = ['--silent', '--disableTelemetry', '--skipApiVersionCheck', '--inMemoryPersistence']
  const args = [main, '--blobHost', '127.0.0.1', '--blobPort', String(port), ...own]
  const node24 = nodes().find(({ name }) => name === 'node24')?.path ?? process.execPath
  const url = `http://127.0.0.1:${port}/${emulator.account}`
  const connection = `DefaultEndpointsProtocol=http;AccountName=${emulator.account};AccountKey=${emulator.key};BlobEndpoint=${url};`
  const child = spawn(node24, args, { stdio: 'ignore', cwd: folder })
  return serve(child, { port, path: `/${emulator.account}`, env: { AZURE_STORAGE_CONNECTION_STRING: connection } })
}

interface Serving {
  readonly port: number
  readonly path: string
  readonly env: Readonly<Record<string, string>>
}

async function serve(child: ChildProcess, { port, path, env }: Serving): Promise<ObjectServer> {
  const url = `http://127.0.0.1:${port}${path}`
  const ended = once(child, 'exit')
  for (let attempt = 0; !(await answers(url)); attempt++) {
    if (attempt === 300 || child.exitCode !== null) throw new Error(`nothing answers at ${url}`)
    await sleep(100)
  }
  return {
    url,
    env,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url)).text()
    return true
  } catch {
    return false
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no free port')
  return address.port
}
