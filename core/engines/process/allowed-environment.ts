import { InputError } from '../../errors/errors.ts'
import type { Source } from '../../errors/fault.ts'

/**
 * What every child may see, for a reason each. Compared without regard to case, since Windows has `Path` and proxies are
 * written both ways. Absent on purpose: PYTHONPATH, PYTHONHOME and PYTHONSTARTUP, which would change what a locked
 * environment imports; GITHUB_* and SYSTEM_*, among which are the job's token and the files by which a step speaks to its
 * runner. A project can name more.
 */
const allowedNames = new Set(
  [
    // Where programs, homes and temporary files are.
    'PATH HOME USER LOGNAME SHELL TMPDIR TEMP TMP LD_LIBRARY_PATH DYLD_LIBRARY_PATH',
    'XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_RUNTIME_DIR',
    // How text is written and shown.
    'LANG LANGUAGE TZ TERM COLUMNS NO_COLOR FORCE_COLOR CI',
    // How to get out of a locked-down network.
    'HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY FTP_PROXY SSL_CERT_FILE SSL_CERT_DIR',
    'REQUESTS_CA_BUNDLE CURL_CA_BUNDLE NODE_EXTRA_CA_CERTS PIP_CERT GIT_SSL_CAINFO AWS_CA_BUNDLE',
    // The Python that the user already has (pythonLocation is from setup-python), and settings of Python that change no import.
    'VIRTUAL_ENV CONDA_PREFIX CONDA_DEFAULT_ENV PYTHONLOCATION PYTHONUNBUFFERED PYTHONHASHSEED PYTHONUTF8',
    'PYTHONIOENCODING PYTHONWARNINGS PYTHONDONTWRITEBYTECODE PYTHONFAULTHANDLER',
    // What decides how fast numbers are computed, and whether twice the same.
    'XLA_FLAGS TF_CPP_MIN_LOG_LEVEL TF_DETERMINISTIC_OPS TF_ENABLE_ONEDNN_OPTS HIP_VISIBLE_DEVICES',
    'ROCR_VISIBLE_DEVICES PYTORCH_CUDA_ALLOC_CONF CUBLAS_WORKSPACE_CONFIG',
    // By these two, runner and agent find and end what a job left behind.
    'RUNNER_TRACKING_ID VSTS_PROCESS_LOOKUP_ID',
    // Without these, programs do not start on Windows.
    'SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC PATHEXT USERPROFILE USERNAME HOMEDRIVE HOMEPATH APPDATA LOCALAPPDATA',
    'PROGRAMDATA PROGRAMFILES PROGRAMFILES(X86) COMMONPROGRAMFILES NUMBER_OF_PROCESSORS PROCESSOR_ARCHITECTURE OS',
  ].flatMap((names) => names.split(' ')),
)

const allowedPrefixes = ['LC_', 'CUDA_', 'NVIDIA_', 'NCCL_', 'OMP_', 'MKL_', 'KMP_', 'GOMP_', 'OPENBLAS_', 'NUMEXPR_']

/** What the runner or the agent gives to a step alone. Nobody can hand it to a child. */
const refused: ReadonlyArray<readonly [pattern: RegExp, why: string]> = [
  [/^INPUT_/, 'holds an input of the step, which may be a secret'],
  [/^ACTIONS_/, "opens the runner's own services"],
  [/^(GITHUB|GH)_(ENTERPRISE_)?TOKEN$/, 'is the token of the job'],
  [/^GITHUB_(ENV|OUTPUT|PATH|STATE|STEP_SUMMARY)$/, 'lets its holder speak to the runner in the name of the step'],
  [/^SYSTEM_ACCESSTOKEN$/, 'is the token of the job'],
  [/^AZURE_DEVOPS_EXT_PAT$/, 'is the token of the job'],
  [/^(SECRET|ENDPOINT|SECUREFILE)_/, 'holds a secret or a service connection of the agent'],
  [/^TRAINYARD_/, 'belongs to the step, which sets what its children need'],
]

/** Names that an allowed prefix lets through by accident. */
const looksSecret = /TOKEN|SECRET|PASSW|CREDENTIAL|API_?KEY|PRIVATE/

/** What a child sees beyond the allow-list. */
export interface Allowance {
  /** More names from the host's environment, as the project file gives them. */
  readonly pass?: readonly string[]
  /** Where `pass` was written, for the error. */
  readonly source?: Source
  /** Variables that the step itself sets; they win. */
  readonly set?: Readonly<Record<string, string>>
}

/**
 * The environment for code that is not ours: training, prediction, entry scripts. Only listed names pass; tokens of the
 * runner, inputs and service connections never do, not even by request.
 *
 * @throws InputError when `pass` names something that belongs to the runner or to the step alone.
 */
export function allowedEnvironment(
  hostEnv: Readonly<Record<string, string | undefined>>,
  { pass = [], source = { kind: 'input' }, set = {} }: Allowance = {},
): Record<string, string> {
  const faults = pass.flatMap((name) => {
    const why = whyRefused(name)
    return why === undefined ? [] : [{ subject: 'passEnv', source, value: name, problem: why }]
  })
  if (faults.length > 0) throw new InputError({ faults })
  const wanted = new Set(pass.map((name) => name.toUpperCase()))
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries(hostEnv)) {
    if (value !== undefined && (wanted.has(name.toUpperCase()) || isAllowed(name.toUpperCase()))) env[name] = value
  }
  return { ...env, ...set }
}

function isAllowed(name: string): boolean {
  if (allowedNames.has(name)) return true
  return allowedPrefixes.some((prefix) => name.startsWith(prefix)) && !looksSecret.test(name)
}

function whyRefused(name: string): string | undefined {
  return refused.find(([pattern]) => pattern.test(name.toUpperCase()))?.[1]
}
