import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { catalogue } from '../../core/errors/catalogue.ts'
import { exitCodes } from '../../core/errors/errors.ts'
import { azureExample, commandExample, exampleInputs, githubExample } from '../../core/gen/example.ts'
import { errorsPage } from '../../core/gen/pages/errors.ts'
import { projectExample, projectPage } from '../../core/gen/pages/project.ts'
import { stepPage } from '../../core/gen/pages/step.ts'
import { loadSteps } from '../../core/gen/steps.ts'
import { modelShape, projectShape } from '../../core/project/shape.ts'
import { camel, kebab, taskName } from '../../core/step/names.ts'
import { brokenRules } from '../../core/step/rules.ts'
import { checkShape, parseYaml } from '../../core/step/yaml.ts'
import { root } from '../../scripts/lib/sources.mjs'
import { about, sample } from './sample.ts'

const steps = await loadSteps(root)
const page = stepPage(sample, about)
const texts = z.record(z.string(), z.string())

describe('the page of a step', () => {
  test('shows every input in its three spellings, a secret as a file', () => {
    expect(page).toMatch(/^\| `batch-size` \| `batchSize` \| `--batch-size` \| How many: 1 \\\| 2, /m)
    expect(page).toMatch(/^\| `signing-key` \| `signingKey` \| `--signing-key-file` \| /m)
    for (const name of Object.keys(sample.inputs)) expect(page).toContain(`| \`${kebab(name)}\` | \`${name}\` |`)
  })

  test('says what is required, what the host fills in, and what an input was called', () => {
    expect(page).toMatch(/`--candidate` .*\*\*Required\.\*\* Formerly `challenger`\. \|$/m)
    expect(page).toContain(`On GitHub, \`\${{ github.token }}\` when not given. On Azure, \`$(System.AccessToken)\``)
  })

  test('says how inputs depend on each other', () => {
    expect(page).toContain('- `load` is needed when `scale` is lorry.')
    expect(page).toContain('- `signing-key` is needed when `note` is given.')
    expect(page).toContain('- Exactly one of `file`, `folder` is given.')
  })

  test('names what the examples leave to the project file', () => {
    expect(page).toContain("leave `train` to the model's entry")
  })

  test('lists the permissions that the job needs', () => {
    expect(page).toMatch(/needs:\n\n- `contents: write`\n- `actions: read`/)
  })
})

describe.each([sample, ...steps].map((step) => [step.id, step] as const))('the examples of %s', (_, step) => {
  const github = z
    .strictObject({
      permissions: texts.optional(),
      steps: z.tuple([z.strictObject({ uses: z.string(), with: texts.optional() })]),
    })
    .parse(parse(githubExample(step, about), { schema: 'failsafe' }))
  const azure = z
    .strictObject({ steps: z.tuple([z.strictObject({ task: z.string(), inputs: texts.optional() })]) })
    .parse(parse(azureExample(step, about), { schema: 'failsafe' }))
  const given = github.steps[0].with ?? {}

  test('call the step by its name and the major version', () => {
    expect(github.steps[0].uses).toBe(`weighers/scales/actions/${step.id}@v3`)
    expect(azure.steps[0].task).toBe(`${taskName(step.id)}@3`)
    expect(commandExample(step)).toMatch(new RegExp(`^trainyard ${step.id}\\b`))
    expect(github.permissions ?? {}).toEqual(step.permissions)
  })

  test('say the same on both systems', () => {
    const camelCase = Object.fromEntries(Object.entries(given).map(([name, text]) => [camel(name), text]))

    expect(azure.steps[0].inputs ?? {}).toEqual(camelCase)
    expect(Object.fromEntries(exampleInputs(step))).toEqual(camelCase)
  })

  test('name inputs that exist, keep the rules between them, and have values that parse', async () => {
    expect(brokenRules(step.rules, exampleInputs(step), (name) => name)).toEqual([])
    for (const [name, text] of exampleInputs(step)) {
      const kind = step.inputs[name]?.kind
      // A file would be opened; there is none here.
      if (kind?.name !== 'file') expect(await kind?.parse(text, { folder: root })).toMatchObject({ ok: true })
    }
  })
})

describe('the page of errors', () => {
  const errors = errorsPage()

  test.each(Object.entries(catalogue))('tells of %s what it means and what to do', (code, { title, doc, hint }) => {
    expect(errors).toContain(`### ${code}\n\n**${title}.** ${doc}\n\n${hint}`)
  })

  test('lists every exit code', () => {
    for (const code of Object.values(exitCodes)) expect(errors).toContain(`\n| ${code} | `)
  })
})

describe('the page of the project file', () => {
  const project = projectPage(steps)

  test.each(Object.keys(modelShape.shape))('explains the key %s of a model', (key) => {
    expect(project).toMatch(new RegExp(`^\\| \`models\\.<name>\\.${key}\` \\| .+ \\| .+ \\|$`, 'm'))
  })

  test('has an example that is a valid project file', () => {
    const document = parseYaml(projectExample, 'trainyard.yml')

    expect(document.ok && checkShape(document.value, projectShape)).toMatchObject({ ok: true })
    expect(project).toContain(projectExample)
  })

  test('says which inputs a key supplies', () => {
    expect(projectPage([sample])).toContain('| `train` | [weigh-twice](weigh-twice.md) `command` |')
  })
})
