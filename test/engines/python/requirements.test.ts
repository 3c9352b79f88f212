import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { environmentDigest, lockHead, lockText } from '../../../core/engines/python/lock-text.ts'
import { isOldPip } from '../../../core/engines/python/make.ts'
import { parseRequirements, readRequirements } from '../../../core/engines/python/requirements.ts'
import { installerEnvironment } from '../../../core/engines/python/tool.ts'
import { ConfigError } from '../../../core/errors/errors.ts'
import { faultLine } from '../../../core/errors/render.ts'

let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trainyard-requirements-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
  return path
}

function parse(text: string) {
  return parseRequirements(text, 'r.txt')
}

function faults(action: () => unknown): readonly string[] {
  try {
    action()
  } catch (error) {
    if (error instanceof ConfigError) return error.faults.map(faultLine)
    throw error
  }
  return []
}

const hash = `--hash=sha256:${'0'.repeat(64)}`

describe('a requirements file', () => {
  test('is read into options and packages, with their lines', () => {
    const text = `\uFEFF# the index\n--extra-index-url https://example.org/simple # ours\r\n\nnumpy==2.4.6 \\\n    ${hash} \\\n    ${hash}\npandas>=2 ; python_version >= "3.10"#x\nx @ https://example.org/x.zip#sha256=1\nlast`

    const { options, packages } = parse(text)

    expect(options).toEqual([{ text: '--extra-index-url https://example.org/simple', file: 'r.txt', line: 2 }])
    expect(packages.map(({ text: line, line: at }) => [at, line])).toEqual([
      [4, `numpy==2.4.6 ${hash} ${hash}`],
      [7, 'pandas>=2 ; python_version >= "3.10"#x'],
      [8, 'x @ https://example.org/x.zip#sha256=1'],
      [9, 'last'],
    ])
  })

  test.each([
    [`a==1 ${hash}`, true],
    [`a[x,y]==1.0.post1 ; python_version > "3" ${hash}\nb===2 ${hash}`, true],
    [`a @ https://example.org/a.zip ${hash}`, true],
    ['# nothing at all', true],
    ['a==1', false],
    [`a==1 ${hash}\nb==2`, false],
    [`a>=1 ${hash}`, false],
    [`a==1.* ${hash}`, false],
  ])('%j is locked: %s', (text, isLocked) => {
    expect(parse(text).isLocked).toBe(isLocked)
  })

  test('has the same digest whatever its comments and spaces, and another for other packages or their order', () => {
    expect(parse('a==1\n\n  b  # why\n').digest).toBe(parse('# x\na==1\nb').digest)
    expect(parse('a==1\nb').digest).not.toBe(parse('a==2\nb').digest)
    expect(parse('a\nb').digest).not.toBe(parse('b\na').digest)
  })

  test('takes in what it includes, from where that is', async () => {
    const path = await file('app/r.txt', '-r ../base.txt\n--constraint=limits/c.txt\nlast\n')
    await file('base.txt', 'base\n-rmore.txt\n')
    await file('more.txt', 'more==1\n')
    await file('app/limits/c.txt', 'more<2\n')

    const { packages } = await readRequirements(path)

    expect(packages.map(({ text }) => text)).toEqual(['base', 'more==1', 'more<2', 'last'])
    expect(packages[1]?.file).toBe(join(folder, 'more.txt'))
  })

  test('that includes what is not there, or may change, is refused at its line', async () => {
    const missing = await file('missing.txt', 'a\n-r gone.txt\n')
    const remote = await file('remote.txt', '-r https://example.org/r.txt\n')

    await expect(readRequirements(missing)).rejects.toMatchObject({
      faults: [
        { subject: '-r gone.txt', source: { file: missing, line: 2 }, problem: 'includes a file that does not exist' },
      ],
    })
    await expect(readRequirements(remote)).rejects.toMatchObject({ faults: [{ source: { file: remote, line: 1 } }] })
    await expect(readRequirements(join(folder, 'none.txt'))).rejects.toMatchObject({
      faults: [{ problem: 'does not exist' }],
    })
  })

  test.each([
    ['-e .', 'is a package on this machine'],
    ['--editable=./lib', 'is a package on this machine'],
    ['./lib', 'is a package on this machine'],
    ['.', 'is a package on this machine'],
    ['/opt/x.whl', 'is a package on this machine'],
    ['x @ file:///opt/x.whl', 'is a package on this machine'],
    ['git+https://example.org/x.git', 'comes from a version control system'],
    ['x @ git+ssh://git@example.org/x.git@main', 'comes from a version control system'],
    ['--index-url https://me:word@example.org/simple', 'holds a password'],
  ])('%s is refused, since no lock could hold it', (text, problem) => {
    const [fault = '', ...others] = faults(() => parse(`a\n${text}\n`))

    expect(fault).toContain(problem)
    expect(fault).toContain('(in r.txt:2)')
    expect(others).toEqual([])
    expect(fault).not.toContain('word@')
  })

  test('may name a password by a variable', () => {
    expect(faults(() => parse('--index-url https://${USER}:${TOKEN}@example.org/simple\na\n'))).toEqual([])
  })

  test.each([
    ['environment.yml', 'is a conda environment, which is not supported yet; list its packages for pip'],
    [
      'pyproject.toml',
      'is a project; make a requirements file of it: `uv pip compile pyproject.toml -o requirements.txt`',
    ],
    ['uv.lock', "is a lock of uv's own; export it: `uv export --format requirements-txt -o requirements.txt`"],
    ['poetry.lock', 'is a lock of Poetry; export it: `poetry export -o requirements.txt`'],
    ['Pipfile', 'is a file of Pipenv; export it: `pipenv requirements --hash > requirements.txt`'],
  ])('that is %s is refused with what to do', async (name, problem) => {
    await expect(readRequirements(join(folder, name))).rejects.toMatchObject({ faults: [{ problem }] })
  })
})

describe('the text of a lock', () => {
  const requirements = parse('-i https://example.org/simple\n--pre\n--no-binary x\na\n')
  const head = { requirements: requirements.digest, python: '3.11', platform: 'any' }

  test('says what it is of, and keeps the options that say where packages come from', () => {
    const text = lockText('r.lock', head, { packages: `a==1 ${hash}\n\n`, requirements })

    expect(text.split('\n').slice(1)).toEqual([
      `# requirements: ${requirements.digest}`,
      '# python: 3.11',
      '# platform: any',
      '-i https://example.org/simple',
      '--no-binary x',
      `a==1 ${hash}`,
      '',
    ])
    expect(lockHead(text)).toEqual(head)
    expect(lockHead('a==1\n')).toBeUndefined()
  })

  test('changes the digest of its environment with a version, a hash, an option or the Python, and with nothing else', () => {
    const python = { path: '/p', version: '3.11.7', release: '3.11', implementation: 'cpython', platform: 'x' }
    const other = hash.replace('0', '1')
    const digest = (text: string, version = '3.11.7') => environmentDigest(text, { ...python, version })
    const digests = [
      digest(`a==1 ${hash}\nb==2 ${hash}\n`),
      digest(`a==2 ${hash}\nb==2 ${hash}\n`),
      digest(`a==1 ${other}\nb==2 ${hash}\n`),
      digest(`--no-binary a\na==1 ${hash}\nb==2 ${hash}\n`),
      digest(`a==1 ${hash}\nb==2 ${hash}\n`, '3.11.8'),
    ]

    expect(new Set(digests).size).toBe(digests.length)
    expect(digest(`b==2 ${hash} # x\na==1   \\\n  ${hash}\n`)).toBe(digests[0])
    expect(digest(`a==1 ${hash} ${other}`)).toBe(digest(`a==1 ${other} ${hash}`))
  })
})

describe('the environment of an installer', () => {
  test('has its own settings, not those that lead it elsewhere, and no secret of the runner', () => {
    const env = installerEnvironment({
      PATH: '/bin',
      PIP_INDEX_URL: 'https://me:word@example.org/simple',
      PIP_EXTRA_INDEX_URL: 'https://other.example.org',
      PIP_FIND_LINKS: `${folder} /not/there https://example.org/wheels`,
      PIP_TARGET: '/elsewhere',
      PIP_USER: '1',
      UV_SYSTEM_PYTHON: '1',
      UV_CACHE_DIR: '/cache',
      VIRTUAL_ENV: '/venv',
      GITHUB_TOKEN: 't',
      INPUT_X: 'x',
    })

    expect(env).toMatchObject({
      PATH: '/bin',
      PIP_INDEX_URL: 'https://me:word@example.org/simple',
      UV_DEFAULT_INDEX: 'https://me:word@example.org/simple',
      UV_INDEX: 'https://other.example.org',
      UV_FIND_LINKS: `${folder},https://example.org/wheels`,
      UV_CACHE_DIR: '/cache',
    })
    const absent = ['PIP_TARGET', 'PIP_USER', 'UV_SYSTEM_PYTHON', 'VIRTUAL_ENV', 'GITHUB_TOKEN', 'INPUT_X']
    expect(Object.keys(env).filter((name) => absent.includes(name))).toEqual([])
  })

  test('leaves the settings of uv as they are', () => {
    const env = installerEnvironment({
      PIP_INDEX_URL: 'https://pip',
      UV_INDEX_URL: 'https://uv',
      PIP_FIND_LINKS: '/',
      UV_FIND_LINKS: '/x',
    })

    expect([env['UV_DEFAULT_INDEX'], env['UV_INDEX_URL'], env['UV_FIND_LINKS']]).toEqual([
      undefined,
      'https://uv',
      '/x',
    ])
  })
})

test.each([
  ['pip 22.0.2 from /usr/lib/python3/dist-packages/pip (python 3.10)', true],
  ['pip 9.0.1 from /x (python 3.10)', true],
  ['pip 22.3 from /x (python 3.10)', false],
  ['pip 26.1 from /x (python 3.13)', false],
])('%s is too old: %s', (line, isOld) => {
  expect(isOldPip(line)).toBe(isOld)
})
