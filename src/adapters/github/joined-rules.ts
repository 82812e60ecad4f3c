/** Rules of a branch from several sources, joined so that the stricter counts. */
import type { BranchRules, MergeMethod, RequiredCheck } from '../../core/merge-gate/snapshot.js';

export const NO_RULES: BranchRules = {
  requiredChecks: [],
  upToDate: false,
  approvals: 0,
  codeOwnerApproval: false,
  dropsApprovals: false,
  lastPushApproval: false,
  conversations: false,
  signatures: false,
  linearHistory: false,
  mergeQueue: false,
  closedToUs: false,
  unmodelled: [],
  bypass: false,
};

export function joinRules(a: BranchRules, b: BranchRules): BranchRules {
  const methods = both(a.methods, b.methods);
  const checks = new Map([...a.requiredChecks, ...b.requiredChecks].map((check) => [JSON.stringify(check), check]));
  return {
    requiredChecks: [...checks.values()],
    upToDate: a.upToDate || b.upToDate,
    approvals: Math.max(a.approvals, b.approvals),
    codeOwnerApproval: a.codeOwnerApproval || b.codeOwnerApproval,
    dropsApprovals: a.dropsApprovals || b.dropsApprovals,
    lastPushApproval: a.lastPushApproval || b.lastPushApproval,
    conversations: a.conversations || b.conversations,
    signatures: a.signatures || b.signatures,
    linearHistory: a.linearHistory || b.linearHistory,
    mergeQueue: a.mergeQueue || b.mergeQueue,
    closedToUs: a.closedToUs || b.closedToUs,
    ...(methods ? { methods } : {}),
    unmodelled: [...new Set([...a.unmodelled, ...b.unmodelled])],
    bypass: a.bypass || b.bypass,
  };
}

export function requiredCheck(name: string, appId: number | null | undefined): RequiredCheck {
  // GitHub writes -1 and null where any app may set it.
  return typeof appId === 'number' && appId > 0 ? { name, appId } : { name };
}

/** Parameters we do not know, as far as they ask for anything. */
export function strangers(type: string, parameters: Readonly<Record<string, unknown>>, known: readonly string[]): readonly string[] {
  const asks = (value: unknown) =>
    !(value === false || value === null || value === undefined || value === 0 || (Array.isArray(value) && value.length === 0));
  return Object.entries(parameters).flatMap(([name, value]) => (known.includes(name) || !asks(value) ? [] : [`${type}.${name}`]));
}

function both(a: readonly MergeMethod[] | undefined, b: readonly MergeMethod[] | undefined): readonly MergeMethod[] | undefined {
  return a && b ? a.filter((method) => b.includes(method)) : (a ?? b);
}
