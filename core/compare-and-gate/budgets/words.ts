import type { Footprint } from './footprint.ts'

/** What is said where a profile is missing, or did not measure something. */
export function unmeasured(what: string, { profile }: Footprint): string {
  return profile === undefined
    ? `Nothing has measured ${what} yet: run the step profile before the gate.`
    : `The newest profile (${profile.at}) did not measure ${what}.`
}
