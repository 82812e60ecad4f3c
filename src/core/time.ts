/** Instants as every document writes them: UTC, to the second. */

/** Milliseconds since 1970 to `2026-02-15T10:00:00Z`. */
export function instant(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** The instant so many milliseconds after another one. */
export function later(time: string, ms: number): string {
  return instant(Date.parse(time) + ms);
}
