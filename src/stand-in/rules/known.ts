/** The rule types GitHub describes today. Others may stand in a ruleset: GitHub adds some, and its description comes later. */
import { isList, isObject, type Json } from '../json.js';

const KNOWN: readonly string[] = [
  'creation',
  'update',
  'deletion',
  'required_linear_history',
  'merge_queue',
  'required_deployments',
  'required_signatures',
  'pull_request',
  'required_status_checks',
  'non_fast_forward',
  'commit_message_pattern',
  'commit_author_email_pattern',
  'committer_email_pattern',
  'branch_name_pattern',
  'tag_name_pattern',
  'file_path_restriction',
  'max_file_path_length',
  'file_extension_restriction',
  'max_file_size',
  'workflows',
  'code_scanning',
  'copilot_code_review',
];

/** For the judges, who know today's types only; every list of rules in the value is looked through. */
export function withoutFutureRules<T extends Json>(value: T): T {
  const seen: T = JSON.parse(JSON.stringify(value), (key, inner: Json) =>
    (key === 'rules' || key === '') && isList(inner) ? inner.filter((one) => !isFuture(one)) : inner,
  );
  return seen;
}

function isFuture(rule: Json): boolean {
  return isObject(rule) && typeof rule.type === 'string' && ('parameters' in rule || 'ruleset_id' in rule) && !KNOWN.includes(rule.type);
}
