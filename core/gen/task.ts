import { v5 } from 'uuid'
import type { AnyDefinition } from '../step/define-step.ts'
import type { Input } from '../step/input.ts'
import { label, taskName } from '../step/names.ts'
import { firstParagraph, inputWords, plainWords } from '../step/words.ts'
import type { About } from './about.ts'
import { connectionTypes } from './connections.ts'
import { taskShape } from './task-shape.ts'
import { visibleRule } from './visible-rule.ts'
import { isDemanded, outputWords } from './words.ts'

/** Fixed for ever: pipelines know a task by the id that follows from it. */
const taskNamespace = '00527859-9860-55c1-a9a1-a428b3381e2f'

/** The first agent that has the Node20_1 handler; older ones update themselves. */
const firstAgent = '3.232.1'

/** The id of a step's task: a UUIDv5 (RFC 9562) of its name. */
export function taskId(stepId: string): string {
  return v5(taskName(stepId), taskNamespace)
}

/**
 * The manifest of a step's Azure Pipelines task.
 *
 * @throws Error when the result breaks our own schema: a title that is too long, a connection of an unknown type.
 */
export function taskJson(definition: AnyDefinition, about: About): string {
  const { id, title, doc, hasPost } = definition
  const { major, minor, patch } = about.numbers
  const help = `${about.repositoryUrl}/blob/v${about.version}/docs/reference/${id}.md`
  const task = {
    id: taskId(id),
    name: taskName(id),
    friendlyName: title,
    description: plainWords(firstParagraph(doc)),
    helpUrl: help,
    helpMarkDown: `[Reference](${help})`,
    category: 'Azure Pipelines',
    visibility: ['Build', 'Release'],
    runsOn: ['Agent'],
    author: about.author,
    version: { Major: major, Minor: minor, Patch: patch },
    minimumAgentVersion: firstAgent,
    showEnvironmentVariables: true,
    groups: groupsOf(definition),
    inputs: Object.entries(definition.inputs).map(([name, input]) => taskInput(name, input, definition)),
    instanceNameFormat: definition.inputs['model'] === undefined ? title : `${title}: $(model)`,
    outputVariables: Object.entries(definition.outputs).map(([name, output]) => ({
      name,
      description: plainWords(outputWords(output)),
    })),
    execution: handlers('main'),
    ...(hasPost === true ? { postjobexecution: handlers('post') } : {}),
  }
  const checked = taskShape.safeParse(task)
  if (!checked.success)
    throw new Error(
      `tasks/${id}/task.json: ${checked.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; ')}`,
    )
  return `${JSON.stringify(task, undefined, 2)}\n`
}

/** The agent takes the newest handler that it has; both start the same file. */
function handlers(entry: 'main' | 'post'): object {
  const target = `dist/${entry}.mjs`
  return { Node20_1: { target }, Node24: { target } }
}

function groupsOf({ inputs }: AnyDefinition): readonly object[] {
  const names = new Set(Object.values(inputs).flatMap(({ options }) => options.group ?? []))
  return [...names].map((name) => ({ name, displayName: label(name), isExpanded: false }))
}

function taskInput(name: string, input: Input, definition: AnyDefinition): object {
  const { group, was, defaults } = input.options
  const rule = visibleRule(name, definition)
  return {
    name,
    ...(was === undefined ? {} : { aliases: was }),
    label: label(name),
    ...control(name, input),
    required: isDemanded(name, input, 'azure'),
    ...(defaults?.azure === undefined ? {} : { defaultValue: defaults.azure }),
    helpMarkDown: [inputWords(input), ...secretHint(input)].join(' '),
    ...(group === undefined ? {} : { groupName: group }),
    ...(rule === undefined ? {} : { visibleRule: rule }),
  }
}

function secretHint({ kind }: Input): readonly string[] {
  return kind.name === 'secret' ? ['Give a secret variable, `$(name)`; never the secret itself.'] : []
}

function control(name: string, { kind, options }: Input): object {
  switch (kind.name) {
    case 'list':
    case 'keyValues':
    case 'glob':
    case 'command':
      return { type: 'multiLine', properties: { resizable: 'true', rows: '2' } }
    case 'choice':
      return pickList(kind.choices ?? [])
    case 'flag':
      // A box that starts empty says "false" once the form is saved, which would beat a default of true.
      return options.default === true ? pickList(['true', 'false']) : { type: 'boolean' }
    case 'connection':
      return { type: `connectedService:${connectionType(name)}` }
    default:
      return { type: 'string' }
  }
}

/** Open to other texts, so that a variable can stand there. */
function pickList(choices: readonly string[]): object {
  const options = Object.fromEntries(choices.map((choice) => [choice, choice]))
  return { type: 'pickList', options, properties: { EditableOptions: 'True' } }
}

function connectionType(name: string): string {
  const type = connectionTypes[name]
  if (type === undefined) throw new Error(`core/gen/connections.ts names no type of service connection for ${name}`)
  return type
}
