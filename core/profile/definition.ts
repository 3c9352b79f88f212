import { defineStep } from '../step/define-step.ts'
import { duration, integer, list, modelRef, number, path, text, url } from '../step/input.ts'
import { gives } from '../step/output.ts'

export const definition = defineStep({
  id: 'profile',
  title: 'Measure latency and load of a package',
  doc: 'Starts a package, or takes a server that runs already, sends it requests made from rows of data at given rates, and measures latency, processor time and memory at each.\n\nRequests are sent when they are due, whether or not earlier ones were answered, and latency counts from that moment: a server that stalls is not measured kindly. Where this machine could not send as fast as it was asked to, the numbers would say more about it than about the server: the step refuses them. It measures and recommends nothing.',
  branding: { icon: 'activity', color: 'orange' },
  permissions: { contents: 'write' },
  workspace: 'write',
  inputs: {
    candidate: modelRef({
      doc: 'The version that is measured: `name@3`, `name@champion` or `name@latest`.',
      required: true,
    }),
    folder: path({
      doc: 'The package, as the step package wrote it; `package` when neither folder, image nor url is given.',
    }),
    url: url({ doc: 'A server that runs already and follows the Open Inference Protocol v2.' }),
    image: text({
      doc: 'A container image that the step package made: its name or id in the Docker engine of this machine (DOCKER_HOST, or the usual socket). It runs on the network of the machine, since a published port passes through a process of the engine that costs more time than a small model. Linux only.',
      group: 'container',
    }),
    cpus: number({
      doc: 'The processors that the container may use, parts of one included; all of them when not given.',
      min: 0.01,
      max: 1024,
      group: 'container',
    }),
    memory: integer({
      doc: 'The memory that the container may use, in MiB, without swap; all of it when not given.',
      min: 16,
      max: 1_048_576,
      group: 'container',
    }),
    rates: list({ doc: 'Requests a second, each measured for the whole duration.', default: '20, 50, 100' }),
    duration: duration({ doc: 'How long each rate is measured.', default: '10s' }),
    rowsPerRequest: integer({ doc: 'Rows in each request.', default: 1, min: 1, max: 10_000 }),
    maxLag: duration({
      doc: 'The measurement is refused when one request of 100 was sent later than this after it was due, by the fault of this machine.',
      default: '10ms',
    }),
    data: path({
      doc: 'The rows that requests are made from, CSV, JSON Lines or Parquet; the data of the model’s criteria when not given.',
      group: 'rows',
    }),
    criteria: path({
      doc: 'The criteria file, which names the data and the columns of a matrix.',
      project: 'criteria',
      group: 'rows',
    }),
  },
  rules: [{ atMostOne: ['folder', 'url', 'image'] }],
  outputs: {
    reference: gives.text({ doc: '`name@version` of what was measured.' }),
    maxRate: gives.number({ doc: 'The highest rate that held.', sometimes: true }),
    p50: gives.number({ doc: 'The median latency at that rate, in milliseconds.', sometimes: true }),
    p99: gives.number({ doc: 'The 99th percentile of the latency at that rate, in milliseconds.', sometimes: true }),
    results: gives.text({ doc: 'What was measured at each rate, as JSON.' }),
    evidence: gives.digest({ doc: 'The evidence’s id.', sometimes: true }),
  },
})
