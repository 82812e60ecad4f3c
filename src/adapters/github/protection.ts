/** Classic branch protection, as the rules it comes to for our App. */
import * as z from 'zod';
import type { BranchRules } from '../../core/merge-gate/snapshot.js';
import { type Refusal, refused, understood } from './answers.js';
import type { Reader } from './client.js';
import { NO_RULES, requiredCheck, strangers } from './joined-rules.js';
import { type Place, routed } from './place.js';

const Switch = z.object({ enabled: z.boolean() }).optional();
const Allowed = z.object({ apps: z.array(z.object({ slug: z.string() })).optional() });
const Protection = z.object({
  required_status_checks: z
    .object({
      strict: z.boolean().optional(),
      contexts: z.array(z.string()).optional(),
      checks: z.array(z.object({ context: z.string(), app_id: z.number().nullish() })).optional(),
    })
    .nullish(),
  required_pull_request_reviews: z
    .object({
      required_approving_review_count: z.number().optional(),
      require_code_owner_reviews: z.boolean().optional(),
      dismiss_stale_reviews: z.boolean().optional(),
      require_last_push_approval: z.boolean().optional(),
      bypass_pull_request_allowances: Allowed.nullish(),
    })
    .nullish(),
  restrictions: Allowed.nullish(),
  required_signatures: Switch,
  required_linear_history: Switch,
  required_conversation_resolution: Switch,
  lock_branch: Switch,
});
type Protection = z.infer<typeof Protection>;

/** They say nothing about a merge, or not about one by an App. */
const HARMLESS = [
  'url',
  'name',
  'protection_url',
  'enabled',
  'enforce_admins',
  'allow_force_pushes',
  'allow_deletions',
  'block_creations',
  'allow_fork_syncing',
];

export async function protectionRules(
  reader: Reader,
  place: Place,
  { branch, slug }: { readonly branch: string; readonly slug: string },
): Promise<BranchRules> {
  const target = {
    as: place.installation,
    route: 'GET /repos/{owner}/{repo}/branches/{branch}/protection',
    params: { ...routed(place), branch },
  };
  const reply = await reader.ask(target);
  if (reply.ok) {
    const unmodelled = isRecord(reply.data) ? strangers('protection', reply.data, [...Object.keys(Protection.shape), ...HARMLESS]) : [];
    return { ...rulesOf(understood(target, Protection, reply.data), slug), unmodelled };
  }
  if (isUnprotected(reply)) return NO_RULES;
  throw refused(target, reply);
}

/** GitHub's plain "Not Found" may also mean that we are not allowed to know; a plan without protection has none. */
function isUnprotected({ status, message }: Refusal): boolean {
  return (status === 404 && /branch not protected/i.test(message)) || (status === 403 && /upgrade to github/i.test(message));
}

function rulesOf(protection: Protection, slug: string): BranchRules {
  const { required_status_checks: checks, required_pull_request_reviews: reviews, restrictions } = protection;
  const names = checks?.checks ?? checks?.contexts?.map((context) => ({ context, app_id: null })) ?? [];
  return {
    ...NO_RULES,
    requiredChecks: names.map(({ context, app_id: id }) => requiredCheck(context, id)),
    upToDate: checks?.strict ?? false,
    approvals: reviews?.required_approving_review_count ?? 0,
    codeOwnerApproval: reviews?.require_code_owner_reviews ?? false,
    dropsApprovals: reviews?.dismiss_stale_reviews ?? false,
    lastPushApproval: reviews?.require_last_push_approval ?? false,
    conversations: protection.required_conversation_resolution?.enabled ?? false,
    signatures: protection.required_signatures?.enabled ?? false,
    linearHistory: protection.required_linear_history?.enabled ?? false,
    closedToUs: (restrictions ? !isAmong(slug, restrictions) : false) || (protection.lock_branch?.enabled ?? false),
    bypass: isAmong(slug, reviews?.bypass_pull_request_allowances ?? {}),
  };
}

function isAmong(slug: string, { apps = [] }: { readonly apps?: readonly { readonly slug: string }[] | undefined }): boolean {
  return apps.some((app) => app.slug === slug);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
