// The programs that tests use and that npm does not bring. Each is pinned, installed once into a cache outside the checkout,
// and found there by its path. Where one cannot be installed, its tests are skipped aloud.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

/** @typedef {{ name: string, path: () => string | undefined, install: () => void }} Tool `path` is undefined while it is absent; `install` throws with the reason when it fails */

/**
 * Where the tools are kept. A new clone finds those of the last one.
 * @returns {string} absolute
 */
function toolsFolder() {
  const { TRAINYARD_TOOLS, XDG_CACHE_HOME } = process.env
  return TRAINYARD_TOOLS ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'trainyard', 'tools')
}

/**
 * The list: to give tests another program, add it here. @type {Tool[]}
 */
export const tools = [
  debianTool({ name: 'git', packages: ['git'] }),
  debianTool({ name: 'python3', packages: ['python3', 'python3-venv'] }),
  pythonTool({ name: 'uv', version: '0.13.9' }),
  pythonTool({ name: 'zizmor', version: '1.32.0' }),
  goTool({ name: 'actionlint', module: 'github.com/rhysd/actionlint/cmd/actionlint', version: '1.7.12' }),
  goTool({ name: 'act', module: 'github.com/nektos/act', version: '0.2.89' }),
  goTool({ name: 'versitygw', module: 'github.com/versity/versitygw/cmd/versitygw', version: '1.8.0' }),
  npmProgram({ name: 'azurite', version: '3.37.0', before: '2026-11-20' }),
  debianTool({ name: 'dockerd', packages: ['docker.io'] }),
  debianTool({ name: 'docker-registry', packages: ['docker-registry'] }),
  debianTool({ name: 'postgres', packages: ['postgresql-15'], folder: '/usr/lib/postgresql/15/bin' }),
  debianTool({ name: 'mmdebstrap', packages: ['mmdebstrap', 'debian-archive-keyring'] }),
  debianRoot({ name: 'node-root', version: '1', packages: ['base-files', 'ca-certificates', 'libc6', 'libstdc++6'] }),
  nodeLibrary({ name: 'onnxruntime-node', version: '1.30.0', needs: ['onnxruntime-common@1.30.0'] }),
  pythonLibrary({
    name: 'tritonclient',
    version: '2.73.0',
    needs: [
      'brotli==1.2.1',
      'certifi==2026.10.19.post1',
      'gevent==26.9.0',
      'geventhttpclient==2.6.1',
      'greenlet==3.3.2',
      'ml_dtypes==0.5.4',
      'numpy==2.4.6',
      'python-rapidjson==1.25',
      'urllib3==2.8.0',
      'zope.event==6.2',
      'zope.interface==8.7',
      // The package's HTTP half imports its asyncio half.
      'aiohappyeyeballs==2.7.1',
      'aiohttp==3.14.5',
      'aiosignal==1.4.0',
      'attrs==26.1.0',
      'frozenlist==1.8.0',
      'idna==3.20',
      'multidict==7.2.1',
      'propcache==0.5.4',
      'typing_extensions==4.16.0',
      'yarl==1.25.1',
    ],
  }),
  // Without what only its user interface and its other flavours need; the releases of SQLAlchemy and protobuf are the newest that
  // both releases of MLflow take.
  pythonLibrary({
    name: 'mlflow',
    version: '3.17.2',
    needs: [
      'aiohappyeyeballs==2.7.1',
      'aiohttp==3.14.5',
      'aiosignal==1.4.0',
      'alembic==1.20.1',
      'annotated-doc==0.0.7',
      'annotated-types==0.8.0',
      'anyio==4.16.0',
      'attrs==26.1.0',
      'blinker==1.9.0',
      'cachetools==7.3.3',
      'certifi==2026.10.19.post1',
      'cffi==2.1.1',
      'charset-normalizer==3.5.2',
      'click==8.5.1',
      'cloudpickle==3.1.3',
      'cryptography==50.0.2',
      'databricks-sdk==0.162.0',
      'fastapi==0.165.0',
      'flask-cors==6.0.5',
      'flask==3.1.3',
      'flatbuffers==25.12.19',
      'frozenlist==1.8.0',
      'gitdb==4.0.12',
      'gitpython==3.2.1',
      'google-auth==2.63.0',
      'graphene==3.4.3',
      'graphql-core==3.2.14',
      'graphql-relay==3.2.0',
      'gunicorn==26.2.0',
      'h11==0.16.0',
      'huey==3.5.4',
      'idna==3.20',
      'importlib-metadata==9.1.0',
      'itsdangerous==2.2.0',
      'jinja2==3.1.6',
      'mako==1.4.3',
      'markupsafe==3.0.4',
      'ml-dtypes==0.6.0',
      'mlflow-skinny==3.17.2',
      'mlflow-tracing==3.17.2',
      'multidict==7.2.1',
      'numpy==2.4.6',
      'onnx==1.19.1',
      'onnxruntime==1.30.0',
      'opentelemetry-api==1.45.2',
      'opentelemetry-proto==1.45.2',
      'opentelemetry-sdk==1.45.2',
      'opentelemetry-semantic-conventions==0.66b2',
      'packaging==26.3',
      'pandas==3.1.1',
      'propcache==0.5.4',
      'protobuf==6.33.6',
      'psycopg2-binary==2.9.13',
      'pyasn1-modules==0.4.2',
      'pyasn1==0.6.5',
      'pycparser==3.12',
      'pydantic-core==2.50.5',
      'pydantic==2.14.4',
      'python-dateutil==2.9.0.post0',
      'python-dotenv==1.2.4',
      'pyyaml==6.0.4',
      'requests==2.34.2',
      'six==1.17.0',
      'smmap==5.0.3',
      'sqlalchemy==2.0.58',
      'sqlparse==0.6.1',
      'starlette==1.10.0',
      'typing-extensions==4.16.0',
      'typing-inspection==0.4.5',
      'urllib3==2.8.0',
      'uvicorn==0.54.0',
      'werkzeug==3.1.9',
      'yarl==1.25.1',
      'zipp==4.1.2',
    ],
  }),
  // Laid over the libraries of the newer release.
  pythonOverlay({ name: 'mlflow-2', version: '2.22.4', packages: ['mlflow==2.22.4', 'mlflow-skinny==2.22.4'] }),
]

/** What only benchmarks compare with; each installs its own when it runs. @type {Tool[]} */
export const benchTools = [
  pythonLibrary({
    name: 'fastapi',
    version: '0.165.0',
    needs: [
      'annotated-doc==0.0.7',
      'annotated-types==0.8.0',
      'anyio==4.16.0',
      'click==8.5.1',
      'flatbuffers==25.12.19',
      'h11==0.16.0',
      'httptools==0.9.0',
      'idna==3.20',
      'numpy==2.4.6',
      'onnxruntime==1.30.0',
      'opentelemetry-api==1.45.2',
      'orjson==3.13.0',
      'packaging==26.3',
      'protobuf==7.36.2',
      'pydantic==2.14.4',
      'pydantic_core==2.50.5',
      'starlette==1.10.0',
      'typing_extensions==4.16.0',
      'typing-inspection==0.4.5',
      'uvicorn==0.54.0',
      'uvloop==0.23.0',
    ],
  }),
]

/**
 * Makes every tool of the list present, as far as this machine allows; says nothing where all are.
 * @returns {string[]} the tools that are missing all the same, each with the reason
 */
export function prepareTools() {
  const missing = []
  for (const tool of tools) {
    if (tool.path() !== undefined) continue
    console.log(`setup: installing ${tool.name} for the tests`)
    try {
      tool.install()
    } catch (error) {
      missing.push(`${tool.name} (${error instanceof Error ? error.message : String(error)})`)
    }
  }
  return missing
}

/**
 * A program on PATH, or undefined.
 * @param {string} name
 */
function onPath(name) {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter).filter((entry) => entry !== '')) {
    const path = join(folder, name)
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {
      continue
    }
  }
  return undefined
}

/**
 * A Go program, compiled from its pinned module.
 * @param {{ name: string, module: string, version: string }} options
 * @returns {Tool}
 */
function goTool({ name, module, version }) {
  const home = join(toolsFolder(), `${name}-${version}`)
  return {
    name,
    path: () => ifThere(join(home, name)),
    install: () => {
      const go = onPath('go')
      if (go === undefined) throw new Error('go is not on PATH')
      intoPlace(home, (folder) => run(go, ['install', '-trimpath', `${module}@v${version}`], { GOBIN: folder }))
    },
  }
}

/**
 * A program in a wheel of the Python package index (a binary, so that its folder may be renamed).
 * @param {{ name: string, version: string }} options
 * @returns {Tool}
 */
function pythonTool({ name, version }) {
  const home = join(toolsFolder(), `${name}-${version}`)
  return {
    name,
    path: () => ifThere(join(home, 'bin', name)),
    install: () => intoPlace(home, (folder) => fillVenv(folder, [`${name}==${version}`])),
  }
}

/**
 * A Python package with all that it needs, each pinned; its path is that of the interpreter that can import it.
 * @param {{ name: string, version: string, needs: string[] }} options
 * @returns {Tool}
 */
function pythonLibrary({ name, version, needs }) {
  const home = join(toolsFolder(), `${name}-${version}`)
  return {
    name,
    path: () => ifThere(join(home, 'bin/python')),
    install: () => intoPlace(home, (folder) => fillVenv(folder, [`${name}==${version}`, ...needs])),
  }
}

/**
 * Another release of packages whose needs a Python library of the list has: its path is a folder for PYTHONPATH.
 * @param {{ name: string, version: string, packages: string[] }} options
 * @returns {Tool}
 */
function pythonOverlay({ name, version, packages }) {
  const home = join(toolsFolder(), `${name}-${version}`)
  return {
    name,
    path: () => ifThere(home),
    install: () => {
      const python = onPath('python3')
      if (python === undefined) throw new Error('python3 is not on PATH')
      intoPlace(home, (folder) => run(python, [...pipInstall, '--target', folder, ...packages]))
    },
  }
}

const pipInstall = [
  '-m',
  'pip',
  'install',
  '--quiet',
  '--disable-pip-version-check',
  '--no-deps',
  '--only-binary',
  ':all:',
]

/**
 * By uv where it is there, which takes a tenth of the time; by pip where it is not, or does not find the index that pip is told of.
 * @param {string} python
 * @param {string[]} pinned
 */
function installPinned(python, pinned) {
  const uv = tools.find(({ name }) => name === 'uv')?.path()
  if (uv !== undefined) {
    try {
      run(uv, ['pip', 'install', '--quiet', '--no-deps', '--only-binary', ':all:', '--python', python, ...pinned])
      return
    } catch (error) {
      console.log(`setup: uv cannot install ${pinned[0]}, pip tries (${String(error).slice(0, 200)})`)
    }
  }
  run(python, [...pipInstall, ...pinned])
}

/**
 * @param {string} folder
 * @param {string[]} pinned
 */
function fillVenv(folder, pinned) {
  const python = onPath('python3')
  if (python === undefined) throw new Error('python3 is not on PATH')
  run(python, ['-m', 'venv', folder])
  installPinned(join(folder, 'bin/python'), pinned)
}

/**
 * An npm package with binaries for every system, of which those of this one are kept. No script of it runs; its path is the
 * folder that has it in `node_modules`.
 * @param {{ name: string, version: string, needs: string[] }} options
 * @returns {Tool}
 */
function nodeLibrary({ name, version, needs }) {
  const home = join(toolsFolder(), `${name}-${version}`)
  return {
    name,
    path: () => ifThere(home),
    install: () => {
      const npm = onPath('npm')
      if (npm === undefined) throw new Error('npm is not on PATH')
      intoPlace(home, (folder) => {
        for (const wanted of [`${name}@${version}`, ...needs]) unpack({ npm, wanted, folder })
      })
    },
  }
}

/** @param {{ npm: string, wanted: string, folder: string }} options */
function unpack({ npm, wanted, folder }) {
  const target = join(folder, 'node_modules', wanted.slice(0, wanted.lastIndexOf('@')))
  mkdirSync(target, { recursive: true })
  run(npm, ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder, wanted])
  for (const archive of readdirSync(folder).filter((file) => file.endsWith('.tgz'))) {
    run('tar', ['-xzf', join(folder, archive), '-C', target, '--strip-components=1'])
    rmSync(join(folder, archive))
  }
  for (const system of ['darwin', 'linux', 'win32']) {
    for (const binaries of readdirIfThere(join(target, 'bin')).map((api) => join(target, 'bin', api, system))) {
      for (const arch of readdirIfThere(binaries).filter((one) => system !== process.platform || one !== process.arch))
        rmSync(join(binaries, arch), { recursive: true })
    }
  }
}

/** @param {string} folder */
function readdirIfThere(folder) {
  return existsSync(folder) ? readdirSync(folder) : []
}

/**
 * A Node program with everything that it depends on, as that was on a day; its path is that of its package.
 * @param {{ name: string, version: string, before: string }} options
 * @returns {Tool}
 */
function npmProgram({ name, version, before }) {
  const home = join(toolsFolder(), `${name}-${version}`)
  return {
    name,
    path: () => ifThere(join(home, 'node_modules', name)),
    install: () => {
      const npm = onPath('npm')
      if (npm === undefined) throw new Error('npm is not on PATH')
      intoPlace(home, (folder) => {
        const quiet = ['--silent', '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--omit=optional']
        run(npm, ['install', '--prefix', folder, `--before=${before}`, ...quiet, `${name}@${version}`])
      })
    },
  }
}

/**
 * A program that Debian packages, installed only where that needs no password. `folder` is where programs are that are not on PATH.
 * @param {{ name: string, packages: string[], folder?: string }} options
 * @returns {Tool}
 */
function debianTool({ name, packages, folder }) {
  return {
    name,
    path: () => (folder === undefined ? onPath(name) : ifThere(folder)),
    install: () => {
      const apt = onPath('apt-get')
      if (apt === undefined || process.getuid?.() !== 0) throw new Error(`install the package ${packages.join(', ')}`)
      run(apt, ['update', '-qq'])
      run(apt, ['install', '-y', '-qq', '--no-install-recommends', ...packages], { DEBIAN_FRONTEND: 'noninteractive' })
    },
  }
}

/**
 * The file system of a small image, as a tar: a few Debian packages with what they need, unpacked and not configured. The same
 * state of the archive gives the same bytes.
 * @param {{ name: string, version: string, packages: string[] }} options
 * @returns {Tool}
 */
function debianRoot({ name, version, packages }) {
  const home = join(toolsFolder(), `${name}-${version}`)
  return {
    name,
    path: () => ifThere(join(home, 'root.tar')),
    install: () => {
      const mmdebstrap = onPath('mmdebstrap')
      if (mmdebstrap === undefined || process.getuid?.() !== 0) throw new Error('mmdebstrap needs root')
      intoPlace(home, (folder) => {
        const args = ['--variant=extract', `--include=${packages.join(',')}`, 'bookworm', join(folder, 'root.tar')]
        run(mmdebstrap, args, { SOURCE_DATE_EPOCH: '0' })
      })
    },
  }
}

/** @param {string} path */
function ifThere(path) {
  return existsSync(path) ? path : undefined
}

/**
 * Fills a folder under a temporary name and renames it, so that a tool is there whole or not at all, whoever else installs it.
 * @param {string} home
 * @param {(folder: string) => void} fill
 */
function intoPlace(home, fill) {
  mkdirSync(toolsFolder(), { recursive: true })
  const folder = mkdtempSync(`${home}.`)
  try {
    fill(folder)
    rmSync(home, { recursive: true, force: true })
    renameSync(folder, home)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {Record<string, string>} env added to ours
 */
function run(command, args, env = {}) {
  const { status, error, stderr } = spawnSync(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  })
  if (error !== undefined) throw new Error(`${command} could not be started`, { cause: error })
  if (status !== 0)
    throw new Error(`${[command, ...args].join(' ')} failed: ${stderr.trim().split('\n').slice(-3).join(' | ')}`)
}
