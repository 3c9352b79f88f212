/** `onInconclusive` → `on-inconclusive`: GitHub's and the command line's spelling of a name. */
export function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

/** `on-inconclusive` → `onInconclusive`: the spelling in code and on Azure. */
export function camel(name: string): string {
  return name.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

/** `onInconclusive` → `TRAINYARD_INPUT_ON_INCONCLUSIVE`: the environment variable that supplies an input. */
export function environmentName(name: string): string {
  return `TRAINYARD_INPUT_${screaming(name)}`
}

/** `azureDevops` → `TRAINYARD_AZURE_DEVOPS_TOKEN`: the environment variable that holds a connection's token. */
export function tokenName(name: string): string {
  return `TRAINYARD_${screaming(name)}_TOKEN`
}

/** `compare-and-gate` → `TrainyardCompareAndGate`: the name of a step's Azure task. */
export function taskName(stepId: string): string {
  const words = camel(stepId)
  return `Trainyard${words.charAt(0).toUpperCase()}${words.slice(1)}`
}

/** `onInconclusive` → `On inconclusive`: a label for forms. */
export function label(name: string): string {
  const words = kebab(name).replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function screaming(name: string): string {
  return kebab(name).replaceAll('-', '_').toUpperCase()
}
