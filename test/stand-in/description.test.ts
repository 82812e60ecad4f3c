/** The judges made of GitHub's own description: what they hold, what they catch, and where GitHub breaks its own rules. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENTS, OPERATIONS, TEMPLATES } from '../../scripts/github-description/operations.js';
import { bareSchema, membersOf, referencesIn, shareRepeated } from '../../scripts/github-description/schemas.js';
import { descriptionFile, listOf } from '../../src/stand-in/description/files.js';
import { githubSchema, graphqlJudge } from '../../src/stand-in/description/graphql-judge.js';
import { restJudge } from '../../src/stand-in/description/rest-judge.js';
import { templates } from '../../src/stand-in/description/templates.js';
import { webhookJudge } from '../../src/stand-in/description/webhook-judge.js';

const rest = restJudge();
const webhooks = webhookJudge();
const examples = templates();

/** Where each template came from. */
const ANSWERED_BY: Readonly<Record<string, readonly [method: string, path: string]>> = Object.fromEntries(
  Object.entries(membersOf(descriptionFile('rest.json').paths)).flatMap(([path, item]) =>
    Object.entries(membersOf(item)).map(([method, operation]) => [
      String(membersOf(operation).operationId),
      [
        method,
        path
          .replace('{basehead}', 'a...b')
          .replaceAll(/\{\w*(_id|_number)\}/g, '7')
          .replaceAll(/\{\w+\}/g, 'x'),
      ] as const,
    ]),
  ),
);

/** GitHub's own examples that break GitHub's own schemas, and in what. A template must be mended there. */
const BROKEN: Readonly<Record<string, string>> = {
  'orgs/get': 'archived_at',
  'pulls/create': 'requested_teams/0',
  'pulls/list': 'requested_teams/0',
  'repos/get': 'language',
  'repos/get-branch-protection': 'checks',
  'repos/get-collaborator-permission-level': 'role_name',
  'repos/get-commit': 'contents_url',
  'teams/get-by-name': 'archived_at',
  'teams/list': 'type',
};

function dangling(file: 'rest.json' | 'webhooks.json'): readonly string[] {
  const document = descriptionFile(file);
  const schemas = membersOf(membersOf(document.components).schemas);
  return referencesIn(document).filter((reference) => !Object.hasOwn(schemas, reference.replace('#/components/schemas/', '')));
}

describe('the cut of the description', () => {
  it.each(['rest.json', 'webhooks.json'] as const)('%s has no reference that leads nowhere', (file) => {
    expect(referencesIn(descriptionFile(file)).length).toBeGreaterThan(200);
    expect(dangling(file)).toEqual([]);
  });

  it('holds every operation of the list, and nothing else', () => {
    const paths = Object.entries(membersOf(descriptionFile('rest.json').paths)).map(([path, item]) => [path, Object.keys(membersOf(item))]);
    expect(Object.fromEntries(paths)).toEqual(OPERATIONS);
    expect(new Set(rest.operationIds).size).toBe(Object.values(OPERATIONS).flat().length);
  });

  it('every operation exists on the Enterprise Servers that are served', () => {
    expect(rest.missingInEnterprise).toEqual({ '3.17': [], '3.18': [], '3.19': [] });
  });

  it('holds every event of the list with its actions', () => {
    expect(Object.keys(webhooks.actions)).toEqual(EVENTS);
    expect(webhooks.actions).toMatchObject({
      push: [''],
      status: [''],
      create: [''],
      installation: ['created', 'deleted', 'new_permissions_accepted', 'suspend', 'unsuspend'],
      installation_repositories: ['added', 'removed'],
      pull_request_review: ['dismissed', 'edited', 'submitted'],
      pull_request_review_thread: ['resolved', 'unresolved'],
      check_run: ['completed', 'created', 'requested_action', 'rerequested'],
    });
    expect(webhooks.actions.pull_request).toEqual(
      expect.arrayContaining(['opened', 'edited', 'synchronize', 'labeled', 'closed', 'auto_merge_enabled']),
    );
    expect(webhooks.actions.repository).toEqual(expect.arrayContaining(['archived', 'renamed', 'transferred', 'unarchived', 'edited']));
  });

  it('every operation and every event compiles and is not satisfied by nonsense', () => {
    for (const [operationId, [method, path]] of Object.entries(ANSWERED_BY)) {
      expect(rest.match(method, path)?.operationId, path).toBe(operationId);
      expect(rest.checkRequest({ method, path: `${path}?nonsense=1`, body: { nonsense: 1 } }), operationId).not.toEqual([]);
      expect(rest.checkResponse({ method, path }, 299, undefined), operationId).not.toEqual([]);
    }
    for (const [event, actions] of Object.entries(webhooks.actions))
      for (const action of actions) expect(webhooks.check(event, { action, hook: 1, repository: 1 }), `${event}.${action}`).not.toEqual([]);
  });

  it('is found by compiled code as well', () => {
    const compiled = 'dist/src/stand-in/description/rest-judge.js';
    if (!existsSync(compiled)) return;
    const script = `import('./${compiled}').then(({ restJudge }) => console.log(restJudge().match('get', '/app')?.operationId))`;
    expect(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }).trim()).toBe('apps/get-authenticated');
  });
});

describe("GitHub's own examples", () => {
  it.each(TEMPLATES.filter(([name]) => !Object.hasOwn(BROKEN, name)))('%s (%s) keeps the schema', (name, status) => {
    const [method = '', path = ''] = ANSWERED_BY[name] ?? [];
    expect(rest.checkResponse({ method, path }, Number(status), descriptionFile('examples.json')[name])).toEqual([]);
  });

  it.each(Object.entries(BROKEN))('%s breaks the schema in %s', (name, field) => {
    const [method = '', path = ''] = ANSWERED_BY[name] ?? [];
    const status = TEMPLATES.find(([template]) => template === name)?.[1];
    const complaints = rest.checkResponse({ method, path }, Number(status), descriptionFile('examples.json')[name]);
    expect(complaints.join('\n')).toContain(field);
  });

  it('a template is a copy: changing one leaves the next as it was', () => {
    const first = examples.take('pulls/create');
    Object.assign(membersOf(first.user), { login: 'x' });
    Reflect.set(first, 'title', 'changed');
    expect(examples.take('pulls/create').title).not.toBe('changed');
    expect(examples.take('teams/list').slug).toBe('justice-league');
    expect(() => examples.take('no/such')).toThrow('no example of no/such');
  });
});

describe('paths', () => {
  it.each([
    ['get', '/repos/a/b/git/ref/heads/feature/x', 'git/get-ref', { ref: 'heads/feature/x' }],
    ['get', '/repos/a/b/git/ref/heads%2Ffeature%2Fx', 'git/get-ref', { ref: 'heads/feature/x' }],
    ['get', '/repos/a/b/contents/jobs/daily/orders.py', 'repos/get-content', { path: 'jobs/daily/orders.py' }],
    ['get', '/repos/a/b/contents', 'repos/get-content', { path: '' }],
    ['get', '/repos/a/b/tarball/', 'repos/download-tarball-archive', { ref: '' }],
    ['get', '/repos/a/b/commits', 'repos/list-commits', { repo: 'b' }],
    ['get', '/repos/a/b/compare/main...feature/x', 'repos/compare-commits-with-basehead', { basehead: 'main...feature/x' }],
    ['get', '/repos/a/b/commits/feature/x', 'repos/get-commit', { ref: 'feature/x' }],
    ['get', '/repos/a/b/commits/feature/x/check-runs', 'checks/list-for-ref', { ref: 'feature/x' }],
    ['get', '/repos/a/b/branches/feature/x/protection', 'repos/get-branch-protection', { branch: 'feature/x' }],
    ['get', '/repos/a/b/rules/branches/feature/x', 'repos/get-branch-rules', { branch: 'feature/x' }],
    ['PATCH', '/repos/a/b/issues/comments/7', 'issues/update-comment', { comment_id: '7' }],
    ['get', '/repos/a/b/issues/7/comments', 'issues/list-comments', { issue_number: '7' }],
    ['delete', '/repos/a/b/issues/7/labels/autopilot%2Fhold', 'issues/remove-label', { name: 'autopilot/hold' }],
    ['get', '/users/autopilot%5Bbot%5D', 'users/get-by-username', { username: 'autopilot[bot]' }],
  ])('%s %s is %s', (method, path, operationId, parameters) => {
    const match = rest.match(method, path);
    expect(match?.operationId).toBe(operationId);
    expect(match?.pathParameters).toMatchObject(parameters);
  });

  it.each([
    ['get', '/repos/a/b/nothing'],
    ['put', '/app'],
    ['get', '/repos/a/b/'],
    ['get', '/api/v3/app'],
  ])('%s %s is no operation, and a call of it is a violation', (method, path) => {
    expect(rest.match(method, path)).toBeUndefined();
    expect(rest.checkRequest({ method, path })).toEqual([expect.stringContaining('is no operation of the description')]);
    expect(rest.checkResponse({ method, path }, 200, {})).toEqual([expect.stringContaining('is no operation of the description')]);
  });

  it('a broken escape is taken as it stands', () => {
    expect(rest.match('get', '/users/100%')?.pathParameters).toEqual({ username: '100%' });
  });
});

const PULLS = '/repos/a/b/pulls';
const RUN = { name: 'autopilot/gate', head_sha: 'c0ffee' };

describe('requests', () => {
  it.each([
    ['a pull request', 'post', PULLS, { title: 'A', head: 'x', base: 'main', body: 'text', draft: true }],
    ['a list with all its parameters', 'get', `${PULLS}?state=open&head=a%3Ax&per_page=100&page=2`, undefined],
    ['a merge of the judged head', 'put', `${PULLS}/7/merge`, { sha: 'c0ffee', merge_method: 'squash' }],
    [
      'a check run',
      'post',
      '/repos/a/b/check-runs',
      { ...RUN, status: 'completed', conclusion: 'success', output: { title: 'a', summary: 'b' } },
    ],
    ['labels', 'post', '/repos/a/b/issues/7/labels', { labels: ['autopilot'] }],
    ['a null where one is allowed', 'post', '/repos/a/b/git/trees', { tree: [{ path: 'a', mode: '100644', type: 'blob', sha: null }] }],
    ['permissions of a token', 'post', '/app/installations/7/access_tokens', { repositories: ['b'], permissions: { contents: 'read' } }],
    ['an empty body where none is described', 'post', '/app/hook/deliveries/7/attempts', {}],
  ])('%s passes', (_, method, path, body) => {
    expect(rest.checkRequest({ method, path, body })).toEqual([]);
  });

  it.each([
    ['a misspelt key', 'post', PULLS, { title: 'A', head: 'x', base: 'main', bodyy: 'text' }, 'pulls/create request/bodyy is not declared'],
    [
      'a misspelt key further down',
      'post',
      '/repos/a/b/check-runs',
      { ...RUN, output: { title: 'a', summary: 'b', texxt: 'c' } },
      'request/output/texxt is not declared',
    ],
    [
      'a misspelt key in a list',
      'post',
      '/repos/a/b/git/trees',
      { tree: [{ path: 'a', modee: '100644' }] },
      'request/tree/0/modee is not declared',
    ],
    [
      'a word that is not in the list',
      'put',
      `${PULLS}/7/merge`,
      { merge_method: 'squish' },
      'merge_method must be equal to one of the allowed values: merge, squash, rebase',
    ],
    ['a missing key', 'post', PULLS, { title: 'A', head: 'x' }, "must have required property 'base'"],
    ['a wrong type', 'post', PULLS, { title: 3, head: 'x', base: 'main' }, 'request/title must be string'],
    ['no body', 'post', PULLS, undefined, 'pulls/create request has no body'],
    ['a body where none is described', 'get', '/app', { a: 1 }, 'has a body, but none is described'],
    ['a list where none is described', 'get', '/app', [1], 'has a body, but none is described'],
    [
      'an undeclared query parameter',
      'get',
      `${PULLS}?statee=open`,
      undefined,
      'pulls/list query must NOT have additional properties: statee',
    ],
    ['a query parameter of the wrong type', 'get', `${PULLS}?page=two`, undefined, 'pulls/list query/page must be integer'],
    [
      'a query parameter that is not in the list',
      'get',
      `${PULLS}?state=opened`,
      undefined,
      'query/state must be equal to one of the allowed values',
    ],
    ['a path parameter of the wrong type', 'get', `${PULLS}/seven`, undefined, 'pulls/get path/pull_number must be integer'],
    [
      'labels as a bare list, which GitHub forgives but does not describe',
      'post',
      '/repos/a/b/issues/7/labels',
      ['autopilot'],
      'request must be object',
    ],
  ])('%s is caught', (_, method, path, body, complaint) => {
    expect(rest.checkRequest({ method, path, body }).join('\n')).toContain(complaint);
  });

  it('no key that GitHub does not know passes, wherever it stands', () => {
    const known = Object.keys(
      membersOf(
        membersOf(membersOf(membersOf(membersOf(descriptionFile('rest.json').paths)['/repos/{owner}/{repo}/pulls']).post).body).properties,
      ),
    );
    expect(known).toContain('head_repo');
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }).filter((key) => !known.includes(key) && key !== '__proto__'),
        (key) => {
          const body = Object.fromEntries([
            ['head', 'x'],
            ['base', 'y'],
            [key, 1],
          ]);
          expect(rest.checkRequest({ method: 'post', path: PULLS, body })).toEqual([`pulls/create request/${key} is not declared`]);
        },
      ),
    );
  });
});

describe('answers', () => {
  const merged = { sha: 'c0ffee', merged: true, message: 'done' };
  it.each([
    ['a merge', 'put', `${PULLS}/7/merge`, 200, merged],
    ['a refused merge', 'put', `${PULLS}/7/merge`, 409, { message: 'Head branch was modified', documentation_url: 'https://x' }],
    [
      'an error that is not described',
      'get',
      '/repos/a/b/tarball/main',
      404,
      { message: 'Not Found', documentation_url: 'https://x', status: '404' },
    ],
    [
      'a refused value that is not described',
      'get',
      '/rate_limit',
      422,
      { message: 'No', documentation_url: 'https://x', errors: [{ code: 'custom', value: null }] },
    ],
    ['an answer without a body', 'delete', '/repos/a/b/git/refs/heads/x', 204, undefined],
    ['a redirect', 'get', '/repos/a/b/tarball/main', 302, undefined],
  ])('%s passes', (_, method, path, status, body) => {
    expect(rest.checkResponse({ method, path }, status, body)).toEqual([]);
  });

  it.each([
    ['a missing field', 'put', `${PULLS}/7/merge`, 200, { sha: 'c0ffee', merged: true }, "must have required property 'message'"],
    ['a null where none is allowed', 'put', `${PULLS}/7/merge`, 200, { ...merged, sha: null }, '200/sha must be string'],
    ['a status that is not described', 'put', `${PULLS}/7/merge`, 201, merged, 'pulls/merge 201 is not described; described are 200'],
    ['an error without a message', 'get', '/app', 503, {}, 'apps/get-authenticated 503 carries no message'],
    ['an error of the wrong form', 'get', '/app', 404, { message: 'No', status: 404 }, '404/status must be string'],
    [
      'a body where none is described',
      'delete',
      '/repos/a/b/git/refs/heads/x',
      204,
      { a: 1 },
      'git/delete-ref 204 has a body, but none is described',
    ],
    [
      'an address that is none',
      'get',
      '/users/x',
      200,
      { ...examples.take('users/get-by-username'), url: 'https://x/users/a[bot]' },
      'must match format "uri"',
    ],
  ])('%s is caught', (_, method, path, status, body, complaint) => {
    expect(rest.checkResponse({ method, path }, status, body).join('\n')).toContain(complaint);
  });

  it('every required field of a big object is missed when it is gone', () => {
    const whole = examples.take('checks/get');
    const without = Object.keys(whole).map((gone) => Object.fromEntries(Object.entries(whole).filter(([key]) => key !== gone)));
    const caught = without.filter((body) => rest.checkResponse({ method: 'get', path: '/repos/a/b/check-runs/7' }, 200, body).length > 0);
    expect(caught.length).toBeGreaterThanOrEqual(14);
  });
});

const SENDER = membersOf(examples.take('pulls/create').user);
const REPOSITORY = { ...examples.take('repos/get'), language: null, template_repository: null };

describe('webhooks', () => {
  const label = { action: 'created', label: examples.take('issues/get-label'), repository: REPOSITORY, sender: SENDER };
  const pull = { ...examples.take('pulls/create'), requested_teams: [] };
  const opened = { action: 'opened', number: 1347, pull_request: pull, repository: REPOSITORY, sender: SENDER };

  it('a whole payload passes', () => {
    expect(webhooks.check('label', label)).toEqual([]);
    expect(webhooks.check('pull_request', opened)).toEqual([]);
  });

  it.each([
    ['no number', 'pull_request', { ...opened, number: undefined }, "must have required property 'number'"],
    [
      'a wrong state',
      'pull_request',
      { ...opened, pull_request: { ...pull, state: 'shut' } },
      'state must be equal to one of the allowed values',
    ],
    ['no repository', 'label', { ...label, repository: undefined }, "must have required property 'repository'"],
    [
      'an unknown action',
      'label',
      { ...label, action: 'painted' },
      'label.painted is no event that GitHub describes; described are created, deleted, edited',
    ],
    ['an unknown event', 'labels', label, 'labels.created is no event that GitHub describes'],
    ['no action', 'label', {}, 'label.undefined is no event'],
    ['no payload', 'push', undefined, 'push must be object'],
  ])('%s is caught', (_, event, payload, complaint) => {
    const sent = payload === undefined ? undefined : JSON.parse(JSON.stringify(payload));
    expect(webhooks.check(event, sent).join('\n')).toContain(complaint);
  });
});

describe('GraphQL', () => {
  const judge = graphqlJudge();
  it.each([
    [
      'a commit on a branch',
      'mutation ($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid url } } }',
      [],
    ],
    ['a field that is not there', '{ viewer { loginn } }', ['Cannot query field "loginn" on type "User". Did you mean "login"?']],
    ['an argument that is missing', '{ repository(owner: "a") { id } }', [expect.stringContaining('"name" of type "String!" is required')]],
    ['a text that is no document', '{', [expect.stringContaining('Syntax Error')]],
  ])('%s', (_, document, complaints) => {
    expect(judge.check(document)).toEqual(complaints);
  });

  it('the schema is built once', () => {
    expect(judge.schema()).toBe(githubSchema());
    expect(listOf([judge.schema().getType('PullRequestReviewThread')])[0]).toBeDefined();
  });
});

describe('cutting', () => {
  it('drops prose and keeps properties that are named like prose', () => {
    const schema = {
      type: 'object',
      description: 'x',
      example: 1,
      properties: { description: { type: 'string', example: 'y' }, title: {} },
    };
    expect(bareSchema(schema)).toEqual({ type: 'object', properties: { description: { type: 'string' }, title: {} } });
  });

  it('writes a longer schema once, and means the same', () => {
    const long = {
      type: 'object',
      properties: Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`field_${i}`, { type: 'string' }])),
    };
    const components = { a: { type: 'object', properties: { first: long, second: long } }, b: { type: 'array', items: long } };
    const shared = membersOf(shareRepeated(components));
    const name = Object.keys(shared).find((key) => key.startsWith('shared-')) ?? '';
    expect(shared[name]).toEqual(long);
    expect(referencesIn(shared)).toEqual(Array.from({ length: 3 }, () => `#/components/schemas/${name}`));
  });
});
