/** A GitHub behind our doors for a test: the operations it performed are kept, and no time is waited between them. */
import { createGitHub, type GitHub, type GitHubOptions } from '../../../src/adapters/github/index.js';
import type { RepositoryRow } from '../../../src/core/repo.js';
import type { ContentBudget } from '../../../src/ports.js';

export type Recorded = { readonly github: GitHub; readonly operations: string[] };

export const UNLIMITED: ContentBudget = { spend: async () => ({ ok: true }), spent: async () => 0 };

export function record(
  options: Pick<GitHubOptions, 'appId' | 'privateKey' | 'apiUrl'> & Partial<GitHubOptions>,
  rows: readonly RepositoryRow[],
): Recorded {
  const operations: string[] = [];
  const github = createGitHub({
    repositories: { repository: async (id) => rows.find((row) => row.id === id) },
    budget: UNLIMITED,
    contentPerHour: 500,
    clock: { now: () => new Date().toISOString() },
    spacingMs: 0,
    dryRun: false,
    secrets: [],
    onOperation: ({ operation, outcome }) => void operations.push(outcome === 'done' ? operation : `${operation} ${outcome}`),
    ...options,
  });
  return { github, operations };
}
