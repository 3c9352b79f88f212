/** What is known about a push that was refused. */
export interface Refusal {
  /** What the host said, whole. */
  readonly words: string
  /** The branch of the workspace. */
  readonly branch: string
  /** What to do about a missing right, in the words of the CI system. */
  readonly rightsHint: string
}

/**
 * What to change so that a git host takes the push, from the host's own words. It is advice for a person and nothing more: what
 * became of a push is found by looking at the branch, never by its words.
 */
export function adviceFor(refusal: Refusal): string {
  return advices.find(({ signs }) => signs.test(refusal.words))?.advice(refusal) ?? refusal.rightsHint
}

interface Advice {
  readonly signs: RegExp
  advice(refusal: Refusal): string
}

/** Where bytes go that a repository does not take. */
const apart = ['  workspace:', '    url: "git:"', '    blobs: "s3://bucket/folder"'].join('\n')

/** The first that fits: GitHub, Azure Repos, GitLab and Gitea, and git's own words. */
const advices: readonly Advice[] = [
  {
    signs:
      /GH001|file size limit|exceeds? (?:the )?\d+ ?Mi?B|VS403654|too large|maximum (?:allowed )?(?:file )?size|unpack-objects abnormal|pack exceeds/i,
    advice: () =>
      `a file is larger than the host takes; keep the bytes outside of the repository, in trainyard.yml:\n${apart}`,
  },
  {
    signs: /quota|repository size|storage limit|over its (?:size|storage)|no space left|disk full/i,
    advice: () =>
      `the repository is full; \`trainyard gc\` gives space back, or keep the bytes outside of it, in trainyard.yml:\n${apart}`,
  },
  {
    signs:
      /GH006|GH013|protected branch|repository rule|TF402455|must use a pull request|not allowed to push code to protected/i,
    advice: ({ branch }) =>
      `the branch ${branch} is Trainyard's own: take it out of the branch protection or the rule set (people need no right to write to it), let this job's identity pass them, or name a branch that is not protected, in trainyard.yml:\n  workspace: "git:#another-branch"`,
  },
  {
    signs: /hidden ref|funny refname|refusing to (?:create|update) ref|invalid ref ?name/i,
    advice: () =>
      `the host takes no refs but branches and tags; keep the bytes outside of the repository, in trainyard.yml:\n${apart}`,
  },
]
