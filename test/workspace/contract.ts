import { describe } from 'vitest'
import { aliases, deletion } from './contract/aliases.ts'
import { archiving } from './contract/archive.ts'
import { auditing } from './contract/audit.ts'
import { files } from './contract/files.ts'
import { outbox } from './contract/outbox.ts'
import { otherRecords } from './contract/records.ts'
import { declarations } from './contract/promise.ts'
import { runs } from './contract/runs.ts'
import { searching } from './contract/search.ts'
import { verifying } from './contract/verify.ts'
import { storage } from './contract/storage.ts'
import { registration, search } from './contract/versions.ts'
import type { PlaceKind } from './places.ts'

/** The promises of a workspace, stated for any kind of place. */
export function promises(kind: PlaceKind): void {
  // Concurrent: most of the time is git's, in processes of its own.
  describe.concurrent(`a workspace in ${kind.name}`, () => {
    for (const state of [
      registration,
      files,
      aliases,
      deletion,
      archiving,
      storage,
      auditing,
      verifying,
      outbox,
      search,
      searching,
      runs,
      otherRecords,
      declarations,
    ])
      state(kind)
  })
}
