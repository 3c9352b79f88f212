/** What the runner, the agent and the user hand to a step alone: secrets, and the files by which it speaks to its runner. */
const forTheStepAlone = [
  /^INPUT_/,
  /^STATE_/,
  /^(SECRET|ENDPOINT|SECUREFILE)_/,
  /^VSTS_(TASKVARIABLE|SECRET_VARIABLES|PUBLIC_VARIABLES)/,
  /^TRAINYARD_(INPUT_|OUTPUT$|.*TOKEN)/,
  /^ACTIONS_.*(TOKEN|URL)/,
  /^GITHUB_(ENV|OUTPUT|PATH|STATE|STEP_SUMMARY)$/,
  /^(GITHUB|GH)_(ENTERPRISE_)?TOKEN$/,
  /^(SYSTEM_ACCESSTOKEN|AZURE_DEVOPS_EXT_PAT)$/,
]

/**
 * The environment of short tools that the step itself calls, such as git: the host's own without what is meant for the step
 * alone. Code of users gets an allow-list instead, from `engines/process`.
 */
export function toolEnvironment(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || forTheStepAlone.some((pattern) => pattern.test(name.toUpperCase()))) continue
    kept[name] = value
  }
  return kept
}
