/** One GET of JSON from the host that the settings name: never further than there, for so long, and so many bytes. */

export type Heard =
  | { readonly kind: 'answer'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'unreadable'; readonly because: string };

const MAX_BYTES = 4 * 1024 * 1024;

/** `path`: parts that are put behind the base one by one, each as it is spelled in a URL. */
export type Question = {
  readonly base: string;
  readonly path: readonly string[];
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
};

export async function boundedJson({ base, path, query, headers, timeoutSeconds }: Question): Promise<Heard> {
  const url = new URL(`${base.replace(/(?<!\/)\/+$/, '')}/${path.map(encodeURIComponent).join('/')}`);
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
  try {
    const signal = AbortSignal.timeout(timeoutSeconds * 1000);
    const response = await fetch(url, { headers: { accept: 'application/json', ...headers }, redirect: 'manual', signal });
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel();
      return unreadable('it sends elsewhere, which is not followed');
    }
    const text = await textOf(response);
    if (text === undefined) return unreadable(`its answer is larger than ${MAX_BYTES} bytes`);
    const body = jsonOf(text);
    if (body === undefined && response.ok) return unreadable('its answer is no JSON');
    return { kind: 'answer', status: response.status, body };
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError';
    return unreadable(isLate ? `no answer came within ${timeoutSeconds} s` : 'its host cannot be reached');
  }
}

export function unreadable(because: string): { readonly kind: 'unreadable'; readonly because: string } {
  return { kind: 'unreadable', because };
}

/** What a status says that is neither the table nor its absence. */
export function refusal(status: number): { readonly kind: 'unreadable'; readonly because: string } {
  if (status === 401 || status === 403) return unreadable(`it does not let us read (${status})`);
  return unreadable(`it answers ${status}`);
}

async function textOf(response: Response): Promise<string | undefined> {
  if (!response.body) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
