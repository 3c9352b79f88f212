/**
 * Every failure that a person can meet, once. `title` says what happened in a line, `doc` explains it on the reference
 * page, `hint` says what to do next. What is special to one occurrence (names, values, lines to add) is in the error.
 */
export interface CatalogueEntry {
  readonly title: string
  readonly doc: string
  readonly hint: string
}

export const catalogue = {
  TY0101: {
    title: 'The inputs are not valid',
    doc: 'One or more inputs are missing, misspelt, or hold a value that is not accepted. All of them are listed at once, each with its value, its rule and an example.',
    hint: 'Correct the listed inputs; each line says where its value came from.',
  },
  TY0102: {
    title: 'A file is not valid',
    doc: 'The project file, a criteria file or another file that a step reads breaks its schema. All places are listed at once with line and column.',
    hint: 'Correct the listed places. The JSON schemas in `schemas/` let an editor check these files while you type.',
  },
  TY0103: {
    title: 'The step was given inputs that contradict each other',
    doc: 'Each input is valid alone, but a rule between inputs is broken.',
    hint: 'Set or remove the listed inputs.',
  },
  TY0201: {
    title: 'Nobody said where the workspace lives',
    doc: 'On a laptop the folder `.trainyard` is used. In CI a default would be wrong: a folder inside a checkout is wiped, and one on a throw-away runner dies with its job, so every run would begin with no champion.',
    hint: 'Add the shown lines to trainyard.yml, or set the input `workspace`.',
  },
  TY0202: {
    title: 'This folder would not outlive the job',
    doc: 'The workspace is a folder on a throw-away runner, or inside the checkout that the next job wipes.',
    hint: 'Use `workspace: "git:"` (a branch of this repository), an object store, or a folder outside the checkout on a self-hosted runner.',
  },
  TY0203: {
    title: 'The workspace cannot be written',
    doc: 'The step has to record something, and the credentials of this job do not allow it.',
    hint: 'Grant the shown permission, or run the step where it may write.',
  },
  TY0204: {
    title: 'Model files would become public',
    doc: 'The workspace lies in a public repository. Model files go there only when the project file says so.',
    hint: 'Set `publicFiles: true` under `workspace` in trainyard.yml, or keep the workspace elsewhere.',
  },
  TY0205: {
    title: 'Nothing in the workspace has this name',
    doc: 'A model, version, alias, run or dataset that an input names does not exist in the workspace that was opened.',
    hint: 'Check the reference and the workspace; `trainyard models` and `trainyard runs` list what is there.',
  },
  TY0206: {
    title: 'The workspace is busy',
    doc: 'Others kept writing first until the deadline passed. Nothing was recorded.',
    hint: 'Run the step again; it continues where it stopped.',
  },
  TY0207: {
    title: 'The workspace has been tampered with or is damaged',
    doc: 'An entry, a checkpoint or a file does not have the digest that its successor names.',
    hint: 'Do not write to this workspace. `trainyard audit --verify` names the first broken entry; restore it from a backup or a clone.',
  },
  TY0208: {
    title: 'The version is in use',
    doc: 'A version that a live deployment serves, or that an alias names, cannot be deleted or archived.',
    hint: 'Retire the deployment or move the alias first.',
  },
  TY0209: {
    title: 'The workspace was written by a newer Trainyard',
    doc: 'Its format is newer than this release can read without misunderstanding it.',
    hint: 'Use a newer release of Trainyard.',
  },
  TY0210: {
    title: 'The alias has moved meanwhile',
    doc: 'An alias moves by compare-and-set: somebody else moved it between reading and writing.',
    hint: 'Look at its history (`trainyard audit`), decide again, and run the step again.',
  },
  TY0211: {
    title: 'This ref is not trusted to change the workspace',
    doc: 'Pull requests from forks may train and be judged, but they register, promote and deploy nothing.',
    hint: 'Run this step on a push to a branch of the repository.',
  },
  TY0212: {
    title: 'The ledger was out of reach',
    doc: 'The work is done, but it could not be recorded before the deadline. Everything that is needed to record it later was kept in a folder.',
    hint: 'Keep the shown folder (upload it as an artifact) and run the shown command when the workspace is back.',
  },
  TY0213: {
    title: 'Another canary holds this endpoint',
    doc: 'At an endpoint one version is tried at a time: two canaries would judge each other’s traffic.',
    hint: 'Let the other canary end and promote it, or take it out (deploy-canary with `abort`); then run this step again.',
  },
  TY0214: {
    title: 'What is deployed would not outlive the job',
    doc: 'The target `process` runs servers on the machine of the step. On a throw-away runner they end with the job, so nobody could be served.',
    hint: 'Run this step on a self-hosted runner or agent, or on the machine that serves.',
  },
  TY0215: {
    title: 'The endpoint does not run what is remembered of it',
    doc: 'The servers at the endpoint and the records of the workspace disagree in a way that a step must not settle by itself: the traffic would go to nobody, or to a version that nobody recorded.',
    hint: 'Look at `trainyard endpoints`. `trainyard down` ends what runs and records it as retired; then deploy again.',
  },
  TY0216: {
    title: 'The version is archived',
    doc: 'An archived version is kept and still found by its number, but no alias may be moved to it and no deployment may serve it.',
    hint: 'Choose another version, or take it out of the archive with the shown command.',
  },
  TY0217: {
    title: 'The other workspace holds something else',
    doc: 'What would be copied has numbers, aliases or names that mean something else in the workspace that it would be copied to. Nothing was written of what was found to be in the way.',
    hint: 'Copy to an empty workspace, or select models that do not meet (`--models`).',
  },
  TY0218: {
    title: 'The identity of this job is not verified',
    doc: 'The project file says that who acts is verified by the identity token of the CI system. The token is missing, does not verify against the keys that its issuer publishes, or is about another repository or person than the environment of the step says.',
    hint: 'On GitHub, give the job `permissions: id-token: write`. An issuer of your own is listed under `workspace: issuers:` in trainyard.yml.',
  },
  TY0220: {
    title: 'The files of this run were let go',
    doc: 'The retention rules of the project file let the files of old runs go; the record of the run stays. What became a version keeps its files.',
    hint: 'Train again: the record names commit, data and environment. To keep more, raise `workspace.retention.runs` in trainyard.yml.',
  },
  TY0223: {
    title: 'A file that a version refers to has changed',
    doc: 'The version was registered by reference: its files are outside the workspace, which remembers their digests. What is there now has another digest, so it is not what was registered and judged.',
    hint: 'Restore the file at its address, or register what is there now as a new version.',
  },
  TY0230: {
    title: 'The object store is not set up for this job',
    doc: 'The bucket or container that the workspace names does not exist, no credentials were found for it, or those that were found may not read it.',
    hint: 'The details name what is missing. The page docs/object-stores.md has the smallest policy, and the lines for both CI systems.',
  },
  TY0231: {
    title: 'A file is too large for a branch',
    doc: 'Hosts of repositories refuse large files, or every clone suffers from them. The bytes of large models belong into an object store; the ledger may stay on its branch.',
    hint: 'Add the shown lines to trainyard.yml.',
  },
  TY0301: {
    title: 'The candidate failed the gate',
    doc: 'At least one required criterion is not met, by evidence and beyond chance.',
    hint: 'Read the reasons; the report in the summary has the numbers.',
  },
  TY0302: {
    title: 'The gate cannot decide',
    doc: 'The data is not enough to pass the candidate and not enough to refuse it. This is not a pass.',
    hint: 'Judge on at least as many rows as the report says, or widen the margin if the team can live with it.',
  },
  TY0303: {
    title: 'No passing gate for these very bytes',
    doc: 'A version is promoted only when the workspace holds the evidence of a passing gate whose subject is the digest of its files.',
    hint: 'Run compare-and-gate on this version first, or set `force` with a `reason`, which is recorded.',
  },
  TY0304: {
    title: 'The comparison could not be made',
    doc: 'Predictions are missing, repeated or not numbers; the rows of the two sides differ; or the two models do not take the same inputs.',
    hint: 'The details name the rows or columns. Rows are never dropped silently, since dropping the hard ones flatters a model.',
  },
  TY0305: {
    title: 'The canary was rolled back',
    doc: 'The canary did worse than stable, by evidence and beyond chance, or its server was not ready. All the traffic is with stable again, and the canary is retired.',
    hint: 'Read the reasons; the evidence holds every look. `restart` tries the same version once more.',
  },
  TY0306: {
    title: 'The canary cannot decide',
    doc: 'The deadline passed, and the traffic was not enough to promote the canary and not enough to roll it back. This is not a pass.',
    hint: 'Take a larger share, a later deadline, or a wider margin if the team can live with it. A canary that was left where it is can be taken out (`abort`), or promoted by force with a reason.',
  },
  TY0307: {
    title: 'No successful canary of these very bytes',
    doc: 'A version gets all the traffic of an endpoint only when the workspace holds the evidence of a canary there, whose subject is the digest of its files and whose verdict is a pass.',
    hint: 'Run deploy-canary on this version first, or set `force` with a `reason`, which is recorded.',
  },
  TY0308: {
    title: 'The load could not be measured',
    doc: 'The machine that sent the requests could not send them as fast, or as punctually, as it was asked to. What it saw says more about that machine than about the server, and is no profile.',
    hint: 'Ask for lower rates, or run the step on a machine with a free processor for the generator.',
  },
  TY0320: {
    title: 'The schema of the dataset changed',
    doc: 'A table or column of the newest version is gone, or has another type, and the step was told to fail then. Nothing was registered.',
    hint: 'Correct the data, or register the new schema on purpose with `onSchemaChange: allow`.',
  },
  TY0401: {
    title: 'The command failed',
    doc: 'The command that the step ran (training, prediction) ended with an error.',
    hint: 'The last lines of its log are shown; the whole log is above.',
  },
  TY0402: {
    title: 'The Python environment could not be made',
    doc: 'Locking or installing the requirements failed.',
    hint: 'The details show what the installer said.',
  },
  TY0403: {
    title: 'The model cannot be read',
    doc: 'A model file is missing, is not what its name says, or uses operators that the runtime does not know.',
    hint: 'Check the file with the tool that exported it.',
  },
  TY0404: {
    title: 'The package does not serve',
    doc: 'The scoring server of a package did not become ready, gave no answer, or answered otherwise than the model does in the step. Nothing was recorded.',
    hint: 'The last lines of its log are shown. Start it by hand, `node serve.mjs` in the package, to see more.',
  },
  TY0501: {
    title: 'A service failed',
    doc: 'A service that the step depends on refused the request or failed; retries did not help.',
    hint: 'The details name the operation and what the service answered.',
  },
  TY0502: {
    title: 'A service could not be reached',
    doc: 'No connection, or no answer in time.',
    hint: 'Check the address, the proxy settings (HTTPS_PROXY, NO_PROXY, NODE_EXTRA_CA_CERTS) and the network.',
  },
  TY0503: {
    title: 'A tool that this step needs is missing or failed',
    doc: 'Git, Python or another program could not be started or ended with an error.',
    hint: 'Install it, or correct what it complains about.',
  },
  TY0601: {
    title: 'The step was cancelled',
    doc: 'The CI system or a person stopped the step.',
    hint: 'Run it again when you want to go on; it continues from what the workspace remembers.',
  },
  TY0602: {
    title: 'The step ran out of time',
    doc: 'The time limit of the step passed.',
    hint: 'Raise `timeout`, or find out what took so long.',
  },
  TY0701: {
    title: 'Not every event could be delivered',
    doc: 'At least one target refused or could not be reached. What was delivered has a receipt and is not sent again.',
    hint: 'Run `trigger` again; it sends only what is still due.',
  },
  TY9999: {
    title: 'A defect in Trainyard',
    doc: 'Something happened that the authors did not foresee.',
    hint: 'Please report it with the lines below; secrets are already redacted.',
  },
} as const satisfies Record<`TY${number}`, CatalogueEntry>

/** A code of the catalogue. */
export type Code = keyof typeof catalogue
