import { afterAll, beforeAll, beforeEach, describe } from 'vitest'
import { type MlflowLine, mlflowPython, MlflowServer } from '../support/mlflow.ts'
import { Postgres, whyNoPostgres } from '../support/postgres.ts'
import { skipAloud } from '../support/tools.ts'
import { others, type Running } from './places/mlflow-others.ts'

interface Kind {
  readonly line: MlflowLine
  readonly database: 'SQLite' | 'PostgreSQL'
}

const kinds: readonly Kind[] = [
  { line: '3', database: 'SQLite' },
  { line: '3', database: 'PostgreSQL' },
  { line: '2', database: 'SQLite' },
]

describe.each(kinds)('MLflow $line with $database, and its own client', ({ line, database }) => {
  const python = mlflowPython(line)
  const why = database === 'PostgreSQL' ? whyNoPostgres() : undefined
  let postgres: Postgres | undefined
  let running: Running | undefined

  beforeAll(async () => {
    if (python === undefined || why !== undefined) return
    if (database === 'PostgreSQL') postgres = await Postgres.start()
    const server = await MlflowServer.start(python, postgres === undefined ? {} : { backend: postgres.url })
    running = { python, server }
  }, 300_000)

  afterAll(async () => {
    await running?.server[Symbol.asyncDispose]()
    await postgres?.[Symbol.asyncDispose]()
  })

  describe.runIf(python !== undefined)('on a real server', () => {
    beforeEach((context) => {
      if (why !== undefined) skipAloud(context, why)
    })

    others(() => {
      if (running === undefined) throw new Error('the server is not here')
      return running
    })
  })
})
