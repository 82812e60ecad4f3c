/** What may reach a page: escaped text, addresses that run nothing, and a few tags without attributes. */

/** Tags that are taken over from a text as they are, always closed, never with attributes. */
export const PLAIN_TAGS: readonly string[] = ['b', 'strong', 'i', 'em', 's', 'del', 'ins', 'sub', 'sup', 'kbd', 'code', 'samp', 'mark'];

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

/** The address when a click on it can only fetch a page or write a mail; undefined for everything else. */
export function safeAddress(address: string): string | undefined {
  const trimmed = address.trim();
  // Browsers drop control characters inside a scheme before they read it: one of them makes the address unsafe.
  const hidden = [...trimmed].some((character) => character <= ' ' || character === '\u007f' || character === '\\');
  if (hidden) return undefined;
  if (/^(https?:\/\/|mailto:)[^\s]/i.test(trimmed)) return trimmed;
  return /^(#|\/(?!\/))/.test(trimmed) ? trimmed : undefined;
}
