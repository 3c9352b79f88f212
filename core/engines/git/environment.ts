/** One git setting, given to git through its environment: never as an argument, since values can be secrets. */
export type Setting = readonly [key: string, value: string]

/**
 * Variables that point git at another repository than the one it is run in. Git sets them for its hooks and aliases, so
 * they are there when a person calls us from one.
 */
const foreign = new Set([
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_INDEX_VERSION',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_NAMESPACE',
  'GIT_PREFIX',
  'GIT_GRAFT_FILE',
  'GIT_SHALLOW_FILE',
  'GIT_NO_REPLACE_OBJECTS',
  'GIT_REPLACE_REF_BASE',
  'GIT_CONFIG',
  'GIT_CONFIG_PARAMETERS',
  'GIT_QUARANTINE_PATH',
])

/** Settings under which no hook, helper process or prompt of the machine can interfere. Proxy, CA and helpers stay. */
const hardening: readonly Setting[] = [
  ['core.hooksPath', '/dev/null'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['protocol.ext.allow', 'never'],
  ['core.fsmonitor', 'false'],
  ['submodule.recurse', 'false'],
  ['push.recurseSubmodules', 'no'],
  ['push.gpgSign', 'false'],
  ['push.followTags', 'false'],
  ['transfer.credentialsInUrl', 'die'],
  // A server that stops talking ends the command instead of the job's time limit: under 1000 bytes a second for a minute.
  ['http.lowSpeedLimit', '1000'],
  ['http.lowSpeedTime', '60'],
]

/** The environment in which git runs: the given one, without what misleads it, with our settings after the user's own. */
export function gitEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  settings: readonly Setting[] = [],
): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && !foreign.has(name)) kept[name] = value
  }
  let count = Number(kept['GIT_CONFIG_COUNT'] ?? 0)
  for (const [key, value] of [...hardening, ...settings]) {
    kept[`GIT_CONFIG_KEY_${count}`] = key
    kept[`GIT_CONFIG_VALUE_${count}`] = value
    count++
  }
  return {
    ...kept,
    GIT_CONFIG_COUNT: String(count),
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_FLUSH: '1',
    LC_ALL: 'C',
  }
}

/**
 * The settings that send a token to one address. The key is emptied first: a checkout action may have left a header for the
 * same host, and two Authorization headers are an error.
 */
export function tokenSettings(url: string, token: string): readonly Setting[] {
  const key = `http.${url}.extraHeader`
  const basic = Buffer.from(`x-access-token:${token}`, 'utf8').toString('base64')
  return [
    [key, ''],
    [key, `AUTHORIZATION: basic ${basic}`],
  ]
}
