import { defineStep } from '../step/define-step.ts'
import { file, list, modelRef, path, text } from '../step/input.ts'
import { gives } from '../step/output.ts'
import { configurationShape } from './configuration.ts'

export const definition = defineStep({
  id: 'package',
  title: 'Package a version to serve it',
  doc: 'Writes a folder that serves a model version over HTTP, by `node serve.mjs` and nothing else: the scoring server (Open Inference Protocol v2) with its runtime, the version’s ONNX file, and `serve.json`.\n\nThe same version, configuration and Trainyard give the same bytes, and so the same digest. Before anything is recorded the package is started and asked about a few rows; its answers must be those that the model gives in the step. Several versions in one package are served side by side. Runs are refused: register them first.',
  branding: { icon: 'box', color: 'blue' },
  permissions: { contents: 'write' },
  workspace: 'write',
  inputs: {
    candidate: modelRef({
      doc: 'The version that is packaged: `name@3`, `name@champion` or `name@latest`.',
      required: true,
    }),
    also: list({ doc: 'More versions for the same package, `name@3`; each is served under its own name and version.' }),
    folder: path({
      doc: 'Where the package is written. An older package there is replaced; other files are not.',
      default: 'package',
    }),
    configuration: file(configurationShape, {
      doc: 'How the server serves: address, limits, batching. Everything in it has a default.',
      project: 'serve',
    }),
    image: text({
      doc: 'Also makes a container image of this name by the Docker engine (DOCKER_HOST, or the usual socket), `flights:3`; the version is the tag when none is given. It runs as nobody, and is run once before it is recorded.',
      group: 'image',
    }),
    base: text({
      doc: 'The image that it is made from, pinned: `node:24-slim@sha256:…`, or an image id. It needs Node 20 or newer as `node`; where it has onnxruntime-node in /package/node_modules, that serves.',
      group: 'image',
    }),
    data: path({
      doc: 'Rows for the smoke test, CSV, JSON Lines or Parquet; the data of the model’s criteria when not given.',
      group: 'smokeTest',
    }),
    criteria: path({
      doc: 'The criteria file, which names the data and the columns of a matrix.',
      project: 'criteria',
      group: 'smokeTest',
    }),
  },
  rules: [{ require: 'base', when: { image: true } }],
  outputs: {
    folder: gives.text({ doc: 'Where the package is.' }),
    digest: gives.digest({ doc: 'The digest of the package’s files together.' }),
    reference: gives.text({ doc: '`name@version` of the candidate.' }),
    image: gives.text({ doc: 'The name of the image, with its tag.', sometimes: true }),
    imageId: gives.digest({ doc: 'The id of the image: the digest of its configuration.', sometimes: true }),
    evidence: gives.digest({ doc: 'The evidence’s id.', sometimes: true }),
  },
})
