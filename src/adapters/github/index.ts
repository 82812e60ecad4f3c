/** GitHub behind our doors: everything is read through one client and written through one gateway. */
import type { RepositoryRow } from '../../core/repo.js';
import type { Clock, ContentBudget, Conversation, Forge, Host, Installations, PullRequests } from '../../ports.js';
import { type AppIdentity, createAppIdentity } from './app.js';
import { createClient } from './client.js';
import { createConversation } from './conversation.js';
import { createForge } from './forge.js';
import { createGateway, type OperationRecord } from './gateway.js';
import { createHost } from './host.js';
import { createIdentify } from './identity.js';
import { createPullRequests } from './pull-requests.js';
import { createRedaction } from './redact.js';
import type { Fetch } from './transport.js';

export type GitHubOptions = {
  readonly appId: number;
  readonly privateKey: string;
  /** `https://api.github.com`, or `https://HOST/api/v3` of an Enterprise Server. */
  readonly apiUrl?: string;
  /** Where a repository's number leads. */
  readonly repositories: Pick<Installations, 'repository'>;
  readonly budget: ContentBudget;
  readonly contentPerHour: number;
  readonly clock: Clock;
  /** Between two writes of one installation. */
  readonly spacingMs: number;
  /** Every write is told to `onOperation` and none is sent. */
  readonly dryRun: boolean;
  /** What must never leave in a text. */
  readonly secrets: readonly string[];
  readonly onOperation: (record: OperationRecord) => void;
  /** Takes commits that GitHub did not sign: an Enterprise Server without web commit signing. */
  readonly allowUnverified?: boolean;
  readonly timeoutMs?: number;
  readonly fetch?: Fetch;
};

export type GitHub = {
  readonly host: Host;
  readonly conversation: Conversation;
  forge(row: RepositoryRow): Forge;
  pullRequests(row: RepositoryRow): PullRequests;
  app(): Promise<AppIdentity>;
};

export function createGitHub(options: GitHubOptions): GitHub {
  const { clock, repositories } = options;
  const apiUrl = options.apiUrl ?? 'https://api.github.com';
  const webUrl = webOf(new URL(apiUrl));
  const { hostname } = new URL(webUrl);
  const { reader, sender } = createClient({ ...options, apiUrl, archives: [hostname, `codeload.${hostname}`] });
  const identify = createIdentify(reader, clock);
  const redaction = createRedaction(options.secrets);
  const gateway = createGateway({ ...options, reader, sender, identify, redaction });
  const app = createAppIdentity(reader);
  const parts = { reader, gateway, identify, app, clock, repositories, webUrl, allowUnverified: options.allowUnverified ?? false };
  return {
    host: createHost(parts),
    conversation: createConversation(parts),
    forge: (row) => createForge(parts, row),
    pullRequests: (row) => createPullRequests(parts, row),
    app,
  };
}

/** `https://api.github.com` is looked at under `https://github.com`, an Enterprise Server under its own name. */
function webOf(api: URL): string {
  return `${api.protocol}//${api.host.replace(/^api\./, '')}`;
}
