import { MlflowArtifacts } from './artifacts.ts'
import type { MlflowConnection } from './connection.ts'
import { MlflowModels } from './models.ts'
import { MlflowRuns } from './runs.ts'

/** An MLflow server (2.22 to 3.x), by its REST API alone. */
export interface Mlflow {
  readonly connection: MlflowConnection
  readonly models: MlflowModels
  readonly runs: MlflowRuns
  readonly artifacts: MlflowArtifacts
}

/** Opens a server. Nothing is asked before something is wanted. */
export function openMlflow(connection: MlflowConnection): Mlflow {
  return {
    connection,
    models: new MlflowModels(connection),
    runs: new MlflowRuns(connection),
    artifacts: new MlflowArtifacts(connection),
  }
}
