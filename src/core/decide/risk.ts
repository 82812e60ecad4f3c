/** §8.2 how much a pull request can break. */
import type { Decision } from '../evidence.js';
import type { EnforcementModel, EnrichmentLevel, Risk } from '../vocabulary.js';

export type ChangeFacts = {
  readonly level: EnrichmentLevel;
  readonly model: EnforcementModel;
  /** Files of the customer that the change edits; its own files under `signal_factory/` are none. */
  readonly codeEdits: number;
  readonly hasLlmRules: boolean;
};

export function decideRisk({ level, model, codeEdits, hasLlmRules }: ChangeFacts): Decision<Risk> {
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
