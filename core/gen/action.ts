import { Document } from 'yaml'
import type { AnyDefinition } from '../step/define-step.ts'
import type { Input } from '../step/input.ts'
import { kebab } from '../step/names.ts'
import { firstParagraph, inputWords, plainWords } from '../step/words.ts'
import type { About } from './about.ts'
import { isDemanded, origin, outputWords } from './words.ts'

/**
 * The manifest of a step's GitHub action
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax). A default of ours is only told in
 * words: written as `default:` it would reach the action as if the workflow had said it, and beat trainyard.yml.
 */
export function actionYml(definition: AnyDefinition, about: About): string {
  const document = new Document({
    name: `Trainyard: ${definition.title}`,
    description: plainWords(firstParagraph(definition.doc)),
    author: about.author,
    branding: definition.branding,
    inputs: Object.fromEntries(Object.entries(definition.inputs).flatMap(([name, input]) => inputEntries(name, input))),
    outputs: Object.fromEntries(
      Object.entries(definition.outputs).map(([name, output]) => [kebab(name), { description: outputWords(output) }]),
    ),
    runs: runs(definition),
  })
  document.commentBefore = ` ${origin(`core/${definition.id}/definition.ts`)}`
  return document.toString({ lineWidth: 120 })
}

/** The input, and its earlier names, which stay known so that the runner does not call them unexpected. */
function inputEntries(name: string, input: Input): readonly (readonly [string, object])[] {
  const fallback = input.options.defaults?.github
  const entry = {
    description: inputWords(input),
    required: isDemanded(name, input, 'github'),
    ...(fallback === undefined ? {} : { default: fallback }),
  }
  const before = (input.options.was ?? []).map((old) => {
    const message = `This input is now called ${kebab(name)}.`
    return [kebab(old), { description: message, required: false, deprecationMessage: message }] as const
  })
  return [[kebab(name), entry], ...before]
}

/** `always()`, since a step that ran into its own time limit leaves the job's status as it was. */
function runs({ id, hasPost }: AnyDefinition): object {
  const post = hasPost === true ? { post: `../dist/${id}-post.mjs`, 'post-if': 'always()' } : {}
  return { using: 'node24', main: `../dist/${id}.mjs`, ...post }
}
