// The programs that tests use and that npm does not bring. Each is pinned, installed once into a cache outside the checkout,
// and found there by its path. Where one cannot be installed, its tests are skipped aloud.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

/** @typedef {{ name: string, path: () => string | undefined, install: () => void }} Tool `path` is undefined while it is absent; `install` throws with the reason when it fails */

/**
 * Where the tools are kept. A new clone finds those of the last one.
 * @returns {string} absolute
 */
export function toolsFolder() {
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
export function onPath(name) {
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
    install: () => {
      const python = onPath('python3')
      if (python === undefined) throw new Error('python3 is not on PATH')
      intoPlace(home, (folder) => {
        run(python, ['-m', 'venv', folder])
        const pip = [
          '-m',
          'pip',
          'install',
          '--quiet',
          '--disable-pip-version-check',
          '--no-deps',
          '--only-binary',
          ':all:',
        ]
        run(join(folder, 'bin/python'), [...pip, `${name}==${version}`])
      })
    },
  }
}

/**
 * A program that Debian packages, installed only where that needs no password.
 * @param {{ name: string, packages: string[] }} options
 * @returns {Tool}
 */
function debianTool({ name, packages }) {
  return {
    name,
    path: () => onPath(name),
    install: () => {
      const apt = onPath('apt-get')
      if (apt === undefined || process.getuid?.() !== 0) throw new Error(`install the package ${packages.join(', ')}`)
      run(apt, ['update', '-qq'])
      run(apt, ['install', '-y', '-qq', '--no-install-recommends', ...packages], { DEBIAN_FRONTEND: 'noninteractive' })
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
