/** §8.2 how much a pull request can break. */
import type { Decision } from '../evidence.js';
import { ASK_FROM_FIRED_SHARE } from '../numbers.js';
import type { EnforcementModel, EnrichmentLevel, PiiPattern, Risk } from '../vocabulary.js';

export type ChangeFacts = {
  readonly level: EnrichmentLevel;
  readonly model: EnforcementModel;
  /** Files of the customer that the change edits; its own files under `signal_factory/` are none. */
  readonly codeEdits: number;
  readonly hasLlmRules: boolean;
  /** Of the partitions that its rules were made from, those on which they would have raised an alarm. */
  readonly fired?: { readonly fired: number; readonly asked: number };
  /** Patterns that were surely found and that nothing in the change treats. */
  readonly untreated?: readonly PiiPattern[];
};

export function decideRisk(facts: ChangeFacts): Decision<Risk> {
  const { level, model, codeEdits, hasLlmRules } = facts;
  if (model === 'inline_sdk') {
    return { value: 'HIGH', rule: 'risk/inline', because: 'the SDK runs inside the job and can hold rows back' };
  }
  if (codeEdits > 0) {
    const files = `${codeEdits} ${codeEdits === 1 ? 'file' : 'files'}`;
    return {
      value: 'HIGH',
      rule: 'risk/code-edit',
      because: `it changes ${files} of your own code, so the job itself behaves differently`,
    };
  }
  if (hasLlmRules) {
    return {
      value: 'MEDIUM',
      rule: 'risk/llm',
      because: 'a language model proposed at least one of its rules, though the data bore it out',
    };
  }
  const doubt = level === 'contract_lite' ? (ownDaysBreakIt(facts) ?? personalData(facts)) : undefined;
  if (doubt) return doubt;
  if (level === 'contract_lite') {
    return { value: 'LOW', rule: 'risk/contract-lite', because: 'schema fingerprint and required fields only, checked after the write' };
  }
  if (level === 'volume_baseline' || level === 'freshness_slo') {
    return { value: 'MEDIUM', rule: 'risk/statistics', because: 'it can raise alarms on row counts or lateness, after the write' };
  }
  return {
    value: 'MEDIUM',
    rule: 'risk/full-contract',
    because: 'it checks values of rows, after the write: data that passes today may fail',
  };
}

/** A rule that calls many of its own days wrong describes some other table, or one that has just changed. */
function ownDaysBreakIt({ fired: { fired, asked } = { fired: 0, asked: 0 } }: ChangeFacts): Decision<Risk> | undefined {
  if (asked === 0 || fired / asked < ASK_FROM_FIRED_SHARE) return undefined;
  const because = `its checks would have raised an alarm on ${fired} of the ${asked} partitions they were made from, and a person has to say which of those are right`;
  return { value: 'MEDIUM', rule: 'risk/backtest', because };
}

function personalData({ untreated = [] }: ChangeFacts): Decision<Risk> | undefined {
  const patterns = [...new Set(untreated)].toSorted();
  if (patterns.length < 2 && !patterns.includes('SSN')) return undefined;
  const names = patterns.length > 1 ? `${patterns.slice(0, -1).join(', ')} and ${patterns.at(-1)}` : patterns.join('');
  const because = `${names} ${patterns.length === 1 ? 'was' : 'were'} found in the data and nothing in this change treats ${patterns.length === 1 ? 'it' : 'them'}`;
  return { value: 'MEDIUM', rule: 'risk/personal-data', because };
}
