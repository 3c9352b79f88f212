import { expect, test } from 'vitest'
import { adviceFor } from '../../core/workspace/refusals.ts'

test.each([
  ['GH006: Protected branch update failed for refs/heads/trainyard.', "the branch trainyard is Trainyard's own"],
  ['GH013: Repository rule violations found for refs/heads/trainyard.', 'out of the branch protection or the rule set'],
  ['TF402455: Pushes to this branch are not permitted; you must use a pull request', 'a branch that is not protected'],
  ['GitLab: You are not allowed to push code to protected branches on this project.', 'pass them'],
  ["TF401027: You need the Git 'GenericContribute' permission to perform this action.", 'grant Contribute'],
  ['Your push has been rejected, because it would exceed the repository size limit', 'the repository is full'],
  ['fatal: write error: No space left on device', 'the repository is full'],
  ["GH001: Large files detected. exceeds GitHub's file size limit of 100.00 MB", 'larger than the host takes'],
  ['You are attempting to check in one or more files which exceed the 100MiB limit:', 'larger than the host takes'],
  [
    'VS403654: The push was rejected because its size is greater than the maximum allowed',
    'larger than the host takes',
  ],
  ['! [remote rejected] x -> refs/trainyard/files/x (deny updating a hidden ref)', 'no refs but branches and tags'],
  ['a text that nobody has seen before', 'grant Contribute'],
])('"%s" gets advice', (words, advice) => {
  expect(adviceFor({ words, branch: 'trainyard', rightsHint: 'grant Contribute' })).toContain(advice)
})
