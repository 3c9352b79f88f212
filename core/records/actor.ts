/** Who did something, and through which CI run, as the host knows it. Never contains credentials. */
export interface Actor {
  /** The person or bot that the host names; on a laptop the operating system's user; at an MLflow server whom it names. */
  readonly name: string
  readonly host: 'github' | 'azure' | 'local' | 'memory' | 'mlflow'
  /** The CI run's page, where there is one. */
  readonly url?: string
  readonly repository?: string
  /** What the CI system's identity token says, after it was verified against the issuer's published keys. */
  readonly identity?: VerifiedIdentity
}

/** Whom an issuer names: on GitHub `repo:acme/models:ref:refs/heads/main`, on Azure `sc://…` or `p://organization/project/pipeline`. */
export interface VerifiedIdentity {
  readonly issuer: string
  readonly subject: string
  readonly isVerified: true
}

/** The state of a git checkout. `isDirty` when tracked files differ from the commit. */
export interface GitState {
  readonly repository?: string
  readonly ref?: string
  readonly commit?: string
  readonly isDirty?: boolean
}
