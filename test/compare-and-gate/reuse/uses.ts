import { type Criteria, criteriaShape } from '../../../core/compare-and-gate/criteria.ts'
import type { Digest } from '../../../core/records/digest.ts'
import type { Judgement } from '../../../core/records/evidence.ts'

export const close = [{ metric: 'accuracy', vsChampion: { nonInferior: 0.02 } }]

export function criteria(reuse?: object): Criteria {
  const data = { file: 'x.csv', id: 'id', label: 'y' }
  return criteriaShape.parse({ version: 1, data, criteria: close, ...(reuse && { reuse }) })
}

export function digest(name: string): Digest {
  return `sha256:${Buffer.from(name).toString('hex').padStart(64, '0')}`
}

export function use(name: string, spent?: number): Judgement {
  const one = { model: 'm', data: digest('data'), candidate: digest(name), question: digest(`${name}?`) }
  return { ...one, ...(spent !== undefined && { spent }) }
}

export const twenty = { spend: 'bonferroni', candidates: 20 }
