import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { criteriaShape } from '../../core/compare-and-gate/criteria.ts'
import { loadProject } from '../../core/project/project.ts'
import { runCli } from './run-cli.ts'

let repository = ''
beforeEach(async () => {
  repository = await mkdtemp(join(tmpdir(), 'trainyard-init-'))
})
afterEach(() => rm(repository, { recursive: true, force: true }))

async function put(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(repository, path)), { recursive: true })
    await writeFile(join(repository, path), text)
  }
}

function git(...args: string[]): void {
  execFileSync('git', args, { cwd: repository })
}

async function init(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await runCli(['init', ...args], { cwd: repository })
  expect(stderr).toBe('')
  expect(exitCode).toBe(0)
  return stdout
}

const read = (path: string) => readFile(join(repository, path), 'utf8')
const pipelines = ['pull-request.yml', 'push.yml', 'release.yml', 'retrain.yml'].map((file) => `trainyard-${file}`)

describe('init', () => {
  test('writes a project file, criteria and workflows that are valid, from what it finds', async () => {
    git('init', '-q', '-b', 'main')
    git('remote', 'add', 'origin', 'git@github.com:me/flight-delays.git')
    await put({
      'train.py': '',
      'predict.py': '',
      'requirements.txt': '',
      'data/train.csv': 'a,b\n',
      'data/test.csv': 'flight_id,"carrier",label\n1,UA,0\n',
    })

    const stdout = await init()
    const project = await loadProject({ folder: repository })

    expect(project.ok && project.value.content).toMatchObject({
      workspace: 'git:',
      models: {
        'flight-delays': {
          train: ['python', 'train.py'],
          predict: ['python', 'predict.py', '{model}', '{data}', '{out}'],
          requirements: 'requirements.txt',
          data: ['data/*.csv'],
          criteria: 'criteria.yml',
        },
      },
      triggers: [{ name: 'release', fire: { workflow: { file: 'trainyard-release.yml' } } }],
    })
    expect(criteriaShape.parse(parse(await read('criteria.yml'))).data).toMatchObject({
      file: 'data/test.csv',
      id: 'flight_id',
      label: 'label',
    })
    expect((await readdir(join(repository, '.github/workflows'))).sort()).toEqual(pipelines)
    for (const path of ['trainyard.yml', 'criteria.yml', ...pipelines.map((file) => `.github/workflows/${file}`)])
      expect(stdout).toMatch(new RegExp(`^wrote +${path.replaceAll('.', '\\.')}$`, 'm'))
    expect(stdout).toContain('its columns: flight_id, carrier, label')
  })

  test('writes workflows that GitHub’s own parser accepts, with the model’s name and no placeholder left', async () => {
    await init('--ci', 'github', '--model', 'otters')

    for (const file of pipelines) {
      const content = await read(`.github/workflows/${file}`)
      const { context } = parseWorkflow({ name: file, content }, new NoOperationTraceWriter())
      expect(context.errors.getErrors().map(({ message }) => message)).toEqual([])
      expect(content).toContain('otters')
      expect(content).not.toMatch(/\$[A-Z]+\b/)
    }
  })

  test('writes Azure pipelines where the remote is in Azure DevOps, and says how to name the release pipeline', async () => {
    git('init', '-q', '-b', 'main')
    git('remote', 'add', 'origin', 'https://dev.azure.com/contoso/p/_git/otters')
    const stdout = await init()

    expect((await readdir(join(repository, 'azure-pipelines'))).sort()).toEqual(pipelines)
    expect(existsSync(join(repository, '.github'))).toBe(false)
    expect(stdout).toContain('name the release pipeline in trainyard.yml')
    expect((await loadProject({ folder: repository })).ok).toBe(true)
  })

  test('overwrites nothing, and says what it kept', async () => {
    await put({ 'trainyard.yml': 'version: 1\nmodels: { old: {} }\n', '.github/workflows/trainyard-push.yml': 'mine' })
    const stdout = await init()

    expect(await read('trainyard.yml')).toBe('version: 1\nmodels: { old: {} }\n')
    expect(await read('.github/workflows/trainyard-push.yml')).toBe('mine')
    expect(stdout).toMatch(/^kept +trainyard\.yml {2}\(it was there already\)$/m)
    expect(await read('.github/workflows/trainyard-release.yml')).toContain('old@3')
  })

  test('writes nothing in a dry run', async () => {
    const stdout = await init('--dry-run')

    expect(stdout).toMatch(/^would write +trainyard\.yml$/m)
    expect(await readdir(repository)).toEqual([])
  })

  test('finds a training script in a folder, and puts the criteria beside it', async () => {
    await put({ 'models/otters/train.py': '', 'models/otters/environment.yml': '', 'node_modules/x/train.py': '' })
    const stdout = await init()
    const project = await loadProject({ folder: repository })

    expect(project.ok && Object.values(project.value.content.models)[0]?.folder).toBe('models/otters')
    expect(existsSync(join(repository, 'models/otters/criteria.yml'))).toBe(true)
    expect(stdout).toContain('environment.yml is a conda file, which is not supported yet')
  })

  test('says what it did not find', async () => {
    git('init', '-q', '-b', 'trunk')
    const stdout = await init()

    expect(stdout).toContain('No training script was found')
    expect(stdout).toContain('this repository has none yet')
    expect(stdout).toContain('yours is trunk')
    expect(await read('criteria.yml')).toContain('ID_COLUMN')
  })

  test('refuses a model name that no step would take', async () => {
    const { exitCode, stderr } = await runCli(['init', '--model', '7 up'], { cwd: repository })

    expect(exitCode).toBe(2)
    expect(stderr).toContain('--model "7 up" is not a name')
    expect(await readdir(repository)).toEqual([])
  })
})
