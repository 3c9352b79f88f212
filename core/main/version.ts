import packageJson from '../../package.json' with { type: 'json' }

/** The version of this Trainyard, as records and help name it. */
export const toolVersion: string = packageJson.version
