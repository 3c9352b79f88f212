// The import directions of the house, as one ordered list. From it come the lint zones (oxlint.config.ts) and the test that
// the list equals the folders of core/ (test/house/directions.test.ts). To add a folder to core/, add its name here.

/** The layers of core/, highest first. A folder imports only from the layers below its own; never from a neighbour. */
export const layers = [
  ['cli', 'gen'],
  [
    'train',
    'register',
    'register-dataset',
    'fetch',
    'compare-and-gate',
    'package',
    'profile',
    'deploy-canary',
    'promote',
    'rollback',
    'trigger',
  ],
  ['delivery', 'targets', 'scoring'],
  ['main'],
  ['workspace'],
  ['engines'],
  ['project'],
  ['step'],
  ['host'],
  ['records'],
  ['errors'],
]

/** Folders of core/ outside the chain: pure code that imports nothing and that every folder may import. */
export const pure = ['stats']

/** The steps: the one layer whose names return as folders of actions/ and tasks/. */
export const steps = layers.find((layer) => layer.includes('train')) ?? []

/** Every folder of core/ that the house knows. */
export const folders = [...layers.flat(), ...pure]

const coreFolders = folders.map((folder) => `core/${folder}`)

/** The folders beside core/ that hold the two other faces. */
const faces = ['actions', 'tasks']

/** Top-level folders that nothing which ships may import. */
const notShipped = ['test', 'scripts']

/**
 * Packages that only some folders may import, directly or as types: SDKs whose import has side effects, and libraries heavy
 * enough to be loaded only when they are needed (each in its one engine file).
 * @type {ReadonlyArray<{ packages: readonly string[], only: readonly string[] }>}
 */
export const packageHomes = [
  { packages: ['@actions'], only: ['actions/host'] },
  { packages: ['azure-pipelines-task-lib'], only: ['tasks/host'] },
  {
    packages: [
      'onnxruntime-web',
      'onnxruntime-node',
      'dockerode',
      'tar-stream',
      'azure-devops-node-api',
      '@octokit',
      'undici',
      'csv-parse',
      'hyparquet',
      'hyparquet-compressors',
      'picomatch',
      '@aws-sdk',
      '@azure',
    ],
    only: ['core/engines'],
  },
]

/** Packages that must never be part of what a process loads at its start; the chunk graph is read for them. */
export const lazyPackages = [
  'onnxruntime-web',
  'azure-devops-node-api',
  '@octokit',
  'undici',
  'csv-parse',
  'hyparquet',
  'hyparquet-compressors',
  'dockerode',
  'tar-stream',
  '@aws-sdk',
  '@azure',
]

/** @typedef {{ target: string | string[], from: string | string[], except?: string[], message: string }} Zone */

/**
 * The zones of `no-restricted-paths`, relative to the top folder.
 * @returns {Zone[]}
 */
export function zones() {
  return [...chainZones(), ...faceZones(), ...definitionZones(), ...packageZones()]
}

/** @returns {Zone[]} */
function chainZones() {
  const chain = layers.flatMap((layer, depth) =>
    layer.map((folder) => ({
      target: `core/${folder}`,
      from: [
        ...layers
          .slice(0, depth + 1)
          .flat()
          .filter((other) => other !== folder)
          .map((other) => `core/${other}`),
        ...faces,
        ...notShipped,
      ],
      message: `core/${folder} imports only from the layers below it (scripts/directions.mjs).`,
    })),
  )
  const alone = pure.map((folder) => ({
    target: `core/${folder}`,
    from: [...coreFolders.filter((other) => other !== `core/${folder}`), ...faces, ...notShipped, 'node_modules'],
    message: `core/${folder} is pure and imports nothing (scripts/directions.mjs).`,
  }))
  return [...chain, ...alone]
}

/** @returns {Zone[]} */
function faceZones() {
  return faces.flatMap((face) => [
    {
      target: face,
      from: [...faces.filter((other) => other !== face), 'core/cli', 'core/gen', ...notShipped],
      message: `${face} imports steps and what lies below them, never another face (scripts/directions.mjs).`,
    },
    ...steps.map((step) => ({
      target: `${face}/${step}`,
      from: steps.filter((other) => other !== step).flatMap((other) => [`${face}/${other}`, `core/${other}`]),
      message: `${face}/${step} runs its own step alone (scripts/directions.mjs).`,
    })),
    {
      target: `${face}/host`,
      from: steps.flatMap((step) => [`${face}/${step}`, `core/${step}`]),
      message: `${face}/host knows no step (scripts/directions.mjs).`,
    },
  ])
}

/** @returns {Zone[]} */
function definitionZones() {
  const allowed = ['step', 'records', ...steps]
  return steps.map((step) => ({
    target: `core/${step}/definition.ts`,
    from: [...folders.filter((folder) => !allowed.includes(folder)).map((folder) => `core/${folder}`), 'node_modules'],
    message: 'A definition imports only core/step, core/records and schema files beside it (scripts/directions.mjs).',
  }))
}

/** @returns {Zone[]} */
function packageZones() {
  const everywhere = [...coreFolders, ...faces.flatMap(faceFolders)]
  return packageHomes.map(({ packages, only }) => ({
    target: everywhere.filter((folder) => !only.includes(folder)),
    from: packages.map((name) => `node_modules/${name}`),
    message: `${packages.join(', ')}: only ${only.join(', ')} imports this (scripts/directions.mjs).`,
  }))
}

/** @param {string} face */
function faceFolders(face) {
  return [`${face}/host`, ...steps.map((step) => `${face}/${step}`)]
}
