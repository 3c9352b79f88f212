import { defineStep } from '../step/define-step.ts'
import { connection, name, secret, text } from '../step/input.ts'
import { gives } from '../step/output.ts'

export const definition = defineStep({
  id: 'trigger',
  title: 'Start releases of registered versions',
  doc: 'Reads the events that the workspace recorded and starts what the trigger rules of trainyard.yml name: a GitHub workflow, a `repository_dispatch`, an Azure Pipelines run, a classic release, or any webhook.\n\nEach event reaches each target once, however often and by however many jobs the step runs: a delivery is claimed before and receipted after it, and a delivery that was cut off between the two is looked up at its target by the event’s id before it is sent again. Targets that cannot be asked (`dispatch`, `webhook`) are then sent to again, with the same id for their receivers to recognise. Only events of the default branch start anything, unless a rule says otherwise. Pull requests from forks start nothing.',
  branding: { icon: 'send', color: 'purple' },
  permissions: { contents: 'write', actions: 'write' },
  workspace: 'write',
  inputs: {
    model: name({ doc: 'Only the events of this model; those of all models when not given.' }),
    event: text({
      doc: 'Only the event with this id. Asked for by name, it is sent whatever its age, and even where nobody can tell whether an earlier attempt arrived; never where it is known to have arrived.',
    }),
    githubToken: secret({
      doc: 'The token for GitHub targets, where `token` cannot reach them: a workflow of another repository, or a step that runs outside GitHub. Needs the permission `actions: write`, for `dispatch` `contents: write`.',
      group: 'targets',
    }),
    azureDevops: connection({
      doc: 'The Azure DevOps organisation of `pipeline` and `release` targets, `https://dev.azure.com/contoso`; in Azure Pipelines a service connection, or the organisation of the pipeline itself when not given.',
      group: 'targets',
    }),
    webhookSecret: secret({
      doc: 'Signs what is posted to webhooks whose rule names no variable of its own, in the header `X-Trainyard-Signature`.',
      group: 'targets',
    }),
  },
  outputs: {
    fired: gives.number({ doc: 'How many deliveries arrived, the ones found at their target included.' }),
    pending: gives.number({ doc: 'How many deliveries are still due: another job is at them, or this was a dry run.' }),
    references: gives.text({ doc: 'What was started, a line each: pages of runs and releases.' }),
  },
})
