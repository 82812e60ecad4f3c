/** Calls that go wrong: the next one that fits, or any one a hook picks. */
export type CallFacts = {
  readonly method: string;
  readonly path: string;
  /** `PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge`, or the fields of a GraphQL document. */
  readonly operation: string;
  readonly kind: 'read' | 'write';
};
export type Matcher = {
  readonly method?: string;
  readonly path?: string | RegExp;
  /** Part of the operation. */
  readonly operation?: string;
  readonly kind?: 'read' | 'write';
};
export type Effect =
  | { readonly kind: 'status'; readonly status: number; readonly message?: string }
  /** It is done, but the caller is told otherwise. */
  | { readonly kind: 'done-but-status'; readonly status: number }
  | { readonly kind: 'secondary-limit'; readonly retryAfterSeconds: number; readonly status?: 403 | 429 }
  /** Never answers; the connection is held until the caller gives up, at most so long. */
  | { readonly kind: 'hang'; readonly atMostMs?: number; readonly afterDoing?: boolean }
  | { readonly kind: 'reset'; readonly afterDoing?: boolean }
  | { readonly kind: 'latency'; readonly ms: number }
  /** HTTP 200 whose GraphQL answer carries this error beside its data, or in its stead. */
  | { readonly kind: 'graphql-error'; readonly type: string; readonly message: string; readonly withoutData?: boolean }
  /** Something happens in the moment before the call is carried out. */
  | { readonly kind: 'first'; readonly act: () => Promise<unknown> };
export type Hook = (call: CallFacts) => Effect | undefined;

export class Faults {
  readonly #waiting: { readonly matcher: Matcher; readonly effect: Effect; times: number }[] = [];
  readonly #hooks = new Set<Hook>();

  /** The next call (or the next so many) that fits suffers this. */
  next(matcher: Matcher, effect: Effect, times = 1): void {
    this.#waiting.push({ matcher, effect, times });
  }

  /** Asked at every call; returns how to take it back. */
  hook(hook: Hook): () => void {
    this.#hooks.add(hook);
    return () => this.#hooks.delete(hook);
  }

  clear(): void {
    this.#waiting.length = 0;
    this.#hooks.clear();
  }

  take(call: CallFacts): readonly Effect[] {
    const effects: Effect[] = [...this.#hooks].flatMap((hook) => hook(call) ?? []);
    const at = this.#waiting.findIndex(({ matcher }) => fits(matcher, call));
    const found = this.#waiting[at];
    if (found === undefined) return effects;
    found.times -= 1;
    if (found.times <= 0) this.#waiting.splice(at, 1);
    return [...effects, found.effect];
  }
}

function fits({ method, path, operation, kind }: Matcher, call: CallFacts): boolean {
  if (method !== undefined && method !== call.method) return false;
  if (kind !== undefined && kind !== call.kind) return false;
  if (operation !== undefined && !call.operation.includes(operation)) return false;
  if (path === undefined) return true;
  return typeof path === 'string' ? path === call.path : path.test(call.path);
}
