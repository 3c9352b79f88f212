import { afterAll, beforeAll, describe } from 'vitest'
import { type MlflowLine, mlflowPython, MlflowServer } from '../support/mlflow.ts'
import { others, type Running } from './places/mlflow-others.ts'

describe.each<MlflowLine>(['3', '2'])('MLflow %s and its own client', (line) => {
  const python = mlflowPython(line)
  let running: Running | undefined

  beforeAll(async () => {
    if (python !== undefined) running = { python, server: await MlflowServer.start(python) }
  }, 300_000)

  afterAll(async () => {
    await running?.server[Symbol.asyncDispose]()
  })

  describe.runIf(python !== undefined)('on a real server', () => {
    others(() => {
      if (running === undefined) throw new Error('the server is not here')
      return running
    })
  })
})
