import type { AnyDefinition } from '../../step/define-step.ts'
import { environmentName, kebab, taskName } from '../../step/names.ts'
import { type Rule, whenInWords } from '../../step/rules.ts'
import { inputWords } from '../../step/words.ts'
import type { About } from '../about.ts'
import { azureExample, commandExample, githubExample } from '../example.ts'
import { isDemanded, origin, outputWords } from '../words.ts'
import { fence, markdownTable, page, pageHead } from './markdown.ts'

/** The reference page of a step: `docs/reference/<step>.md`. */
export function stepPage(definition: AnyDefinition, about: About): string {
  return page([
    pageHead(origin(`core/${definition.id}/definition.ts`)),
    `# ${definition.id}`,
    `**${definition.title}.** ${definition.doc}`,
    ...examples(definition, about),
    ...inputs(definition),
    ...rules(definition),
    ...outputs(definition),
    ...permissions(definition),
  ])
}

function examples(definition: AnyDefinition, about: About): readonly string[] {
  const inFile = Object.entries(definition.inputs)
    .filter(([, { options }]) => options.required === true && options.project !== undefined)
    .map(([, { options }]) => `\`${options.project}\``)
  return [
    '## Use it',
    ...(inFile.length === 0
      ? []
      : [`These examples leave ${inFile.join(', ')} to the model's entry in [trainyard.yml](project-file.md).`]),
    'GitHub Actions:',
    fence('yaml', githubExample(definition, about)),
    'Azure Pipelines:',
    fence('yaml', azureExample(definition, about)),
    'Command line:',
    fence('sh', commandExample(definition)),
  ]
}

function inputs(definition: AnyDefinition): readonly string[] {
  const rows = Object.entries(definition.inputs).map(([name, input]) => {
    const isSecret = input.kind.name === 'secret'
    const option = isSecret ? `--${kebab(name)}-file` : `--${kebab(name)}`
    const demanded = isDemanded(name, input, 'github') ? ' **Required.**' : ''
    const host = Object.entries(input.options.defaults ?? {}).map(
      ([face, text]) => ` On ${face === 'github' ? 'GitHub' : 'Azure'}, \`${text}\` when not given.`,
    )
    const was = (input.options.was ?? []).map((old) => ` Formerly \`${kebab(old)}\`.`)
    return [
      `\`${kebab(name)}\``,
      `\`${name}\``,
      `\`${option}\``,
      [inputWords(input), demanded, ...host, ...was].join(''),
    ]
  })
  return [
    '## Inputs',
    `A value is looked for in this order: the input, the environment variable \`${environmentName('name')}\` (here of the input \`name\`), the model's entry in [trainyard.yml](project-file.md), the default. Secrets are never arguments of a command: they come from a file or from that variable.`,
    markdownTable(['GitHub', 'Azure', 'Command line', 'Meaning'], rows),
  ]
}

function rules(definition: AnyDefinition): readonly string[] {
  if (definition.rules.length === 0) return []
  return ['These inputs depend on each other:', definition.rules.map((rule) => `- ${ruleInWords(rule)}`).join('\n')]
}

function ruleInWords(rule: Rule): string {
  const spell = (name: string) => `\`${kebab(name)}\``
  if ('require' in rule) return `${spell(rule.require)} is needed ${whenInWords(rule.when, spell)}.`
  const names = ('exactlyOne' in rule ? rule.exactlyOne : rule.atMostOne).map(spell).join(', ')
  return `${'exactlyOne' in rule ? 'Exactly' : 'At most'} one of ${names} is given.`
}

function outputs(definition: AnyDefinition): readonly string[] {
  const rows = Object.entries(definition.outputs).map(([name, output]) => [
    `\`${kebab(name)}\``,
    `\`${name}\``,
    outputWords(output),
  ])
  if (rows.length === 0) return []
  return [
    '## Outputs',
    `On GitHub \`steps.<id>.outputs.<name>\`; on Azure \`$(<step name>.<name>)\`, where the step \`${taskName(definition.id)}\` has a \`name\`.`,
    markdownTable(['GitHub', 'Azure', 'Meaning'], rows),
  ]
}

function permissions({ permissions, workspace }: AnyDefinition): readonly string[] {
  const scopes = Object.entries(permissions).map(([scope, level]) => `- \`${scope}: ${level}\``)
  const place = {
    none: 'It does not open the workspace.',
    read: 'It reads the workspace and writes nothing there.',
    write: 'It writes to the workspace.',
  }[workspace]
  return [
    '## Permissions',
    scopes.length === 0
      ? `${place} The job's token needs no permission on GitHub.`
      : `${place} On GitHub the job's token needs:`,
    scopes.join('\n'),
  ]
}
