import { afterAll, beforeAll, describe } from 'vitest'
import { MlflowServer, mlflowPython } from '../support/mlflow.ts'
import { promises } from './contract.ts'
import { mlflowPlace } from './places/mlflow.ts'

/** The line before the newest is tested in what differs; `TRAINYARD_MLFLOW=2` runs all of it there. */
const python = mlflowPython(process.env['TRAINYARD_MLFLOW'] === '2' ? '2' : '3')

describe.runIf(python !== undefined)('on a real server', () => {
  let server: MlflowServer | undefined

  beforeAll(async () => {
    if (python !== undefined) server = await MlflowServer.start(python)
  }, 300_000)

  afterAll(async () => {
    await server?.[Symbol.asyncDispose]()
  })

  promises(
    mlflowPlace('an MLflow server', () => {
      if (server === undefined) throw new Error('the server is not here')
      return server
    }),
  )
})
