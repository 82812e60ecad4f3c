/** What governs a branch: classic protection and every ruleset that touches it, joined so that the stricter counts. */
import * as z from 'zod';
import type { BranchRules } from '../../core/merge-gate/snapshot.js';
import { refused, understood } from './answers.js';
import type { Reader } from './client.js';
import { joinRules, NO_RULES, requiredCheck, strangers } from './joined-rules.js';
import { type Place, routed } from './place.js';
import { protectionRules } from './protection.js';
import { untold } from './reading.js';

export type Governed = { readonly appId: number; readonly slug: string; readonly branch: string; readonly hasMergeQueue: boolean };

const Rule = z.object({
  type: z.string(),
  parameters: z.record(z.string(), z.unknown()).optional(),
  ruleset_id: z.number().optional(),
});
type Rule = z.infer<typeof Rule>;
const Ruleset = z.object({
  current_user_can_bypass: z.string().optional(),
  bypass_actors: z.array(z.object({ actor_id: z.number().nullish(), actor_type: z.string() })).nullish(),
});
const RULES = 1000;

export async function readRules(reader: Reader, place: Place, governed: Governed): Promise<BranchRules> {
  const params = { ...routed(place), branch: governed.branch };
  const route = 'GET /repos/{owner}/{repo}/rules/branches/{branch}';
  const { items, complete } = await reader.list({ as: place.installation, route, params }, z.array(Rule), RULES);
  if (!complete) throw untold(`${governed.branch} of ${place.name} has more than ${RULES} rules.`);
  const passable = await passableRulesets(reader, place, items, governed.appId);
  const rulesets = items.map((rule) => rulesOf(rule, rule.ruleset_id === undefined || passable.has(rule.ruleset_id)));
  const protection = await protectionRules(reader, place, governed);
  return [...rulesets, protection, { ...NO_RULES, mergeQueue: governed.hasMergeQueue }].reduce(joinRules, NO_RULES);
}

/** Rulesets that our App could pass by. One that does not say so counts as passable: then GitHub might not refuse for us. */
async function passableRulesets(reader: Reader, place: Place, rules: readonly Rule[], appId: number): Promise<ReadonlySet<number>> {
  const passable = new Set<number>();
  for (const id of new Set(rules.flatMap((rule) => rule.ruleset_id ?? []))) {
    const target = {
      as: place.installation,
      route: 'GET /repos/{owner}/{repo}/rulesets/{ruleset_id}',
      params: { ...routed(place), ruleset_id: id, includes_parents: true },
    };
    const reply = await reader.ask(target);
    if (!reply.ok) throw refused(target, reply);
    const { current_user_can_bypass: said, bypass_actors: actors } = understood(target, Ruleset, reply.data);
    const isNamed = (actors ?? []).some((actor) => actor.actor_type === 'Integration' && actor.actor_id === appId);
    const isSilent = said === undefined && !actors;
    if (isNamed || isSilent || (said !== undefined && said !== 'never')) passable.add(id);
  }
  return passable;
}

const Checks = z.object({
  required_status_checks: z.array(z.object({ context: z.string(), integration_id: z.number().nullish() })),
  strict_required_status_checks_policy: z.boolean(),
});
const Reviews = z.object({
  required_approving_review_count: z.number(),
  require_code_owner_review: z.boolean(),
  dismiss_stale_reviews_on_push: z.boolean(),
  require_last_push_approval: z.boolean(),
  required_review_thread_resolution: z.boolean(),
  allowed_merge_methods: z.array(z.enum(['merge', 'squash', 'rebase'])).optional(),
});

/** Rules that say nothing about a merge into an existing branch. */
const HARMLESS = new Set(['creation', 'deletion', 'non_fast_forward']);
const FLAGS: Readonly<Record<string, Partial<BranchRules>>> = {
  required_linear_history: { linearHistory: true },
  required_signatures: { signatures: true },
  merge_queue: { mergeQueue: true },
};

function rulesOf({ type, parameters = {} }: Rule, bypass: boolean): BranchRules {
  const rules = { ...NO_RULES, bypass };
  if (HARMLESS.has(type)) return rules;
  const flag = FLAGS[type];
  if (flag) return { ...rules, ...flag };
  // Whoever may pass by it may update the branch all the same.
  if (type === 'update') return { ...rules, closedToUs: !bypass };
  if (type === 'required_status_checks') {
    const parsed = Checks.safeParse(parameters);
    if (!parsed.success) return { ...rules, unmodelled: [type] };
    const { required_status_checks: checks, strict_required_status_checks_policy: upToDate } = parsed.data;
    const requiredChecks = checks.map(({ context, integration_id: id }) => requiredCheck(context, id));
    return {
      ...rules,
      requiredChecks,
      upToDate,
      unmodelled: strangers(type, parameters, [...Object.keys(Checks.shape), 'do_not_enforce_on_create']),
    };
  }
  if (type !== 'pull_request') return { ...rules, unmodelled: [type] };
  const parsed = Reviews.safeParse(parameters);
  if (!parsed.success) return { ...rules, unmodelled: [type] };
  const { allowed_merge_methods: methods, ...reviews } = parsed.data;
  return {
    ...rules,
    approvals: reviews.required_approving_review_count,
    codeOwnerApproval: reviews.require_code_owner_review,
    dropsApprovals: reviews.dismiss_stale_reviews_on_push,
    lastPushApproval: reviews.require_last_push_approval,
    conversations: reviews.required_review_thread_resolution,
    ...(methods ? { methods } : {}),
    unmodelled: strangers(type, parameters, Object.keys(Reviews.shape)),
  };
}
