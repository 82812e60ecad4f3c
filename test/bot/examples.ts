/** GitHub's own example payloads, and those of ours for actions that have none: an example of the same event with the action changed. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as z from 'zod';

const Payload = z.object({ action: z.string().optional() }).loose();
export type Payload = z.infer<typeof Payload>;
const Examples = z.array(z.object({ name: z.string(), examples: z.array(Payload) }));

export type Example = { readonly event: string; readonly payload: Payload; readonly from: 'github' | 'ours' };

export const OUR_APP = 4711;
const INSTALLATION = { id: 777, node_id: 'MDIzOkludGVncmF0aW9uSW5zdGFsbGF0aW9uNzc3' };

function readExamples(): readonly Example[] {
  const require = createRequire(import.meta.url);
  const path = require.resolve('@octokit/webhooks-examples');
  return Examples.parse(JSON.parse(readFileSync(path, 'utf8'))).flatMap(({ name, examples }) =>
    // An App's own delivery always says for which installation it is.
    examples.map((payload): Example => ({ event: name, payload: { installation: INSTALLATION, ...payload }, from: 'github' })),
  );
}

export const GITHUB_EXAMPLES = readExamples();

/** The first example of an event (and action). */
export function exampleOf(event: string, action?: string): Payload {
  const found = GITHUB_EXAMPLES.find((each) => each.event === event && (action === undefined || each.payload.action === action));
  if (!found) throw new Error(`GitHub gives no example of ${event}.${action ?? ''}`);
  return found.payload;
}

const Issue = z.object({ issue: z.object({ number: z.int() }).loose(), comment: z.object({ body: z.string() }).loose() }).loose();
const Check = z.object({ app: z.object({}).loose() }).loose();

const ours = (event: string, payload: Payload): Example => ({ event, payload, from: 'ours' });
const pullRequest = exampleOf('pull_request', 'opened');
const comment = exampleOf('issue_comment', 'created');
const repository = exampleOf('repository', 'publicized');
const RULESET = {
  id: 21,
  name: 'main',
  target: 'branch',
  source_type: 'Repository',
  source: 'Codertocat/Hello-World',
  enforcement: 'active',
};

/** With the fields that GitHub's schema of the event requires beside those of the template. */
export const OUR_EXAMPLES: readonly Example[] = [
  ours('pull_request', { ...pullRequest, action: 'edited', changes: { title: { from: 'Add a dataset' } } }),
  ours('pull_request', { ...pullRequest, action: 'milestoned', milestone: exampleOf('milestone', 'created').milestone }),
  ours('pull_request', { ...pullRequest, action: 'demilestoned' }),
  ours('pull_request', { ...pullRequest, action: 'auto_merge_enabled' }),
  ours('pull_request', { ...pullRequest, action: 'auto_merge_disabled', reason: 'Disabled by a push' }),
  ours('pull_request', { ...pullRequest, action: 'enqueued' }),
  ours('pull_request', { ...pullRequest, action: 'dequeued', reason: 'CI_FAILURE' }),
  ours('pull_request_review', { ...exampleOf('pull_request_review', 'submitted'), action: 'edited', changes: { body: { from: '' } } }),
  ...['created', 'edited', 'deleted'].map((action) =>
    ours('issue_comment', {
      ...onPullRequest(comment),
      action,
      ...(action === 'edited' ? { changes: { body: { from: 'Looks fine' } } } : {}),
    }),
  ),
  ours('check_run', ofOurApp('check_run')),
  ours('check_suite', ofOurApp('check_suite')),
  ...['created', 'edited', 'deleted'].map((action) =>
    ours('repository_ruleset', {
      action,
      repository_ruleset: RULESET,
      repository: repository.repository,
      sender: repository.sender,
      installation: INSTALLATION,
    }),
  ),
  ours('installation_target', {
    action: 'renamed',
    account: repository.sender,
    changes: { login: { from: 'octo' } },
    target_type: 'Organization',
    installation: INSTALLATION,
  }),
  ...['archived', 'unarchived', 'deleted'].map((action) => ours('repository', { ...repository, action })),
  ours('repository', { ...repository, action: 'edited', changes: { default_branch: { from: 'master' } } }),
];

/** Somebody asks for our own check again. */
export function ofOurApp(event: 'check_run' | 'check_suite', action = 'rerequested'): Payload {
  const payload = exampleOf(event, action);
  const check = Check.parse(payload[event]);
  return { ...payload, action, [event]: { ...check, name: 'autopilot/gate', app: { ...check.app, id: OUR_APP } } };
}

/** GitHub marks the issue of a pull request with addresses of it; no example has that. */
export function onPullRequest(payload: Payload, body?: string): Payload {
  const { issue, comment: written, ...rest } = Issue.parse(payload);
  const url = `https://api.github.com/repos/Codertocat/Hello-World/pulls/${issue.number}`;
  return {
    ...rest,
    action: payload.action,
    issue: { ...issue, pull_request: { url, html_url: url, diff_url: url, patch_url: url } },
    comment: { ...written, body: body ?? written.body },
  };
}
