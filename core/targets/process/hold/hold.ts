/** The variable by which a server is told what to claim. It holds no secret. */
export const holdVariable = 'TRAINYARD_HOLD'

/** What the server of a deployment claims before it begins, as JSON in `holdVariable`. */
export interface Hold {
  /** The folder of claims. */
  readonly processes: string
  readonly key: string
  /** The file by which this server is wanted, as long as it has this id. */
  readonly wanted: string
  readonly id: string
  /** This start of it. */
  readonly launch: string
  readonly digest: string
}
