import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import picomatch from 'picomatch'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { defaultBranch as workspaceBranch } from '../../core/workspace/place.ts'
import { root } from '../../scripts/lib/sources.mjs'

// act ignores the filters of events, and Azure's are read by nobody here: so they are read by this test.

/** What happens in a repository. */
type Happening =
  | { readonly event: 'push' | 'pull_request'; readonly branch: string }
  | { readonly event: 'schedule' | 'workflow_dispatch' }

const story: readonly (readonly [words: string, Happening, started: readonly string[]])[] = [
  ['a pull request to main', { event: 'pull_request', branch: 'main' }, ['pull-request.yml']],
  ['a pull request to another branch', { event: 'pull_request', branch: 'next' }, []],
  ['a push to main', { event: 'push', branch: 'main' }, ['push.yml']],
  ['a push to another branch', { event: 'push', branch: 'next' }, []],
  // Otherwise each entry of the ledger would start a training, whose run is an entry of the ledger.
  ['an entry of the workspace', { event: 'push', branch: workspaceBranch }, []],
  ['Monday', { event: 'schedule' }, ['retrain.yml']],
]

const branchFilter = z.object({ branches: z.array(z.string()).min(1) })

describe('the workflows that start', () => {
  const folder = join(root, 'workflows-examples/github')
  const dispatched = ['release-with-traffic.yml', 'release.yml', 'retrain.yml']

  async function eventsOf(file: string): Promise<Readonly<Record<string, unknown>>> {
    const content = readFileSync(join(folder, file), 'utf8')
    const { context, value } = parseWorkflow({ name: file, content }, new NoOperationTraceWriter())
    if (value === undefined) throw new Error(`${file} is no workflow`)
    return (await convertWorkflowTemplate(context, value)).events
  }

  async function startedBy(happening: Happening): Promise<readonly string[]> {
    const files = readdirSync(folder).sort()
    const events = await Promise.all(files.map(eventsOf))
    return files.filter((_, index) => {
      const filter = events[index]?.[happening.event]
      if (filter === undefined || !('branch' in happening)) return filter !== undefined
      return picomatch([...branchFilter.parse(filter).branches])(happening.branch)
    })
  }

  test.each(story)('by %s', async (_, happening, started) => {
    expect(await startedBy(happening)).toEqual(started)
  })

  test('by hand or by the trigger step: those that say so', async () => {
    expect(await startedBy({ event: 'workflow_dispatch' })).toEqual(dispatched)
  })
})

describe('the pipelines that start', () => {
  const folder = join(root, 'workflows-examples/azure')
  const filter = z.union([z.literal('none'), z.object({ branches: z.object({ include: z.array(z.string()).min(1) }) })])
  // Without `trigger` or `pr`, every branch would start a pipeline.
  const pipeline = z.object({ trigger: filter, pr: filter, schedules: z.array(z.unknown()).optional() })

  function startedBy(happening: Happening): readonly string[] {
    return readdirSync(folder)
      .sort()
      .filter((file) => {
        const { trigger, pr, schedules } = pipeline.parse(parse(readFileSync(join(folder, file), 'utf8')))
        if (happening.event === 'schedule') return schedules !== undefined
        if (!('branch' in happening)) return false
        const which = happening.event === 'push' ? trigger : pr
        return which !== 'none' && picomatch(which.branches.include)(happening.branch)
      })
  }

  test.each(story)('by %s', (_, happening, started) => {
    expect(startedBy(happening)).toEqual(started)
  })
})
