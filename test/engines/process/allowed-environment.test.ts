import { describe, expect, test } from 'vitest'
import { allowedEnvironment } from '../../../core/engines/process/allowed-environment.ts'
import { InputError } from '../../../core/errors/errors.ts'

describe('the environment of a child', () => {
  test('holds what programs need and nothing that the runner keeps for the step', () => {
    const env = allowedEnvironment({
      PATH: '/usr/bin',
      Path: 'C:\\Windows',
      LC_ALL: 'C.UTF-8',
      https_proxy: 'http://proxy:3128',
      CUDA_VISIBLE_DEVICES: '0',
      OMP_NUM_THREADS: '2',
      RUNNER_TRACKING_ID: 'github_1',
      VSTS_PROCESS_LOOKUP_ID: 'vsts_1',
      CI: 'true',
      pythonLocation: '/opt/python',
      UNSET: undefined,
      GITHUB_TOKEN: 't',
      GITHUB_ENV: '/tmp/env',
      GITHUB_SHA: 'abc',
      INPUT_MODEL: 'flights',
      ACTIONS_RUNTIME_TOKEN: 't',
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://x',
      SYSTEM_ACCESSTOKEN: 't',
      ENDPOINT_AUTH_SYSTEMVSSCONNECTION: '{}',
      SECRET_PASSWORD: 'p',
      TRAINYARD_HUB_TOKEN: 't',
      AWS_SECRET_ACCESS_KEY: 'k',
      AZURE_CLIENT_SECRET: 's',
      NVIDIA_API_KEY: 'k',
      CUDA_REGISTRY_TOKEN: 't',
      PYTHONPATH: '/elsewhere',
      PYTHONHOME: '/elsewhere',
    })

    expect(env).toEqual({
      PATH: '/usr/bin',
      Path: 'C:\\Windows',
      LC_ALL: 'C.UTF-8',
      https_proxy: 'http://proxy:3128',
      CUDA_VISIBLE_DEVICES: '0',
      OMP_NUM_THREADS: '2',
      RUNNER_TRACKING_ID: 'github_1',
      VSTS_PROCESS_LOOKUP_ID: 'vsts_1',
      CI: 'true',
      pythonLocation: '/opt/python',
    })
  })

  test('a project passes what it names, and the step wins with what it sets', () => {
    const host = { AWS_REGION: 'eu-west-1', GITHUB_SHA: 'abc', PATH: '/bin', OTHER: 'x' }

    const env = allowedEnvironment(host, {
      pass: ['AWS_REGION', 'GITHUB_SHA', 'NOT_SET'],
      set: { PATH: '/venv/bin:/bin', TRAINYARD_METRICS: '/tmp/metrics.json' },
    })

    expect(env).toEqual({
      AWS_REGION: 'eu-west-1',
      GITHUB_SHA: 'abc',
      PATH: '/venv/bin:/bin',
      TRAINYARD_METRICS: '/tmp/metrics.json',
    })
  })

  test.each([
    'INPUT_TOKEN',
    'GITHUB_TOKEN',
    'github_token',
    'GH_TOKEN',
    'GITHUB_OUTPUT',
    'ACTIONS_RUNTIME_TOKEN',
    'SYSTEM_ACCESSTOKEN',
    'ENDPOINT_URL_X',
    'SECRET_X',
    'SECUREFILE_TICKET_X',
    'TRAINYARD_WORKSPACE_TOKEN',
  ])('%s is refused even by request', (name) => {
    expect(() => allowedEnvironment({ [name]: 'x' }, { pass: [name] })).toThrow(InputError)
  })

  test('all refused names are told at once, with the place that names them', () => {
    const source = { kind: 'file', file: 'trainyard.yml', line: 7 } as const
    let thrown: unknown
    try {
      allowedEnvironment({}, { pass: ['HOME', 'GITHUB_TOKEN', 'INPUT_X'], source })
    } catch (error) {
      thrown = error
    }

    expect(thrown).toBeInstanceOf(InputError)
    expect(thrown).toMatchObject({
      faults: [
        { subject: 'passEnv', value: 'GITHUB_TOKEN', source },
        { subject: 'passEnv', value: 'INPUT_X', source },
      ],
    })
  })
})
