/** Small things that pages share: who, when, labels, and how a check stands. Colours are attributes of SVG, as the policy allows no styles in place. */
import { html, raw } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import type { LabelView, Person, PullState, Verdict } from './view.js';

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

const COLORS = ['#0969da', '#1a7f37', '#8250df', '#bf3989', '#9a6700', '#bc4c00', '#0a7480', '#57606a'];
const WORDS: Readonly<Record<Verdict, string>> = { success: 'passed', failure: 'failed', pending: 'running', neutral: 'neutral' };
const SIGNS: Readonly<Record<Verdict, string>> = { success: '✓', failure: '✕', pending: '●', neutral: '■' };
/** Drawn here, as not every machine has a font with such signs. */
const DRAWINGS = {
  open: '<circle cx="4" cy="3.5" r="1.8"/><circle cx="4" cy="12.5" r="1.8"/><circle cx="12" cy="12.5" r="1.8"/><path d="M4 5.3v5.4M12 10.7V6q0-2.5-3-2.5H8M10 1.2 7.6 3.5 10 5.8"/>',
  draft:
    '<circle cx="4" cy="3.5" r="1.8"/><circle cx="4" cy="12.5" r="1.8"/><circle cx="12" cy="12.5" r="1.8"/><path d="M4 5.3v5.4M12 4v.5M12 8v.5"/>',
  merged:
    '<circle cx="4" cy="3.5" r="1.8"/><circle cx="4" cy="12.5" r="1.8"/><circle cx="12" cy="8" r="1.8"/><path d="M4 5.3v5.4M4 5.3q.5 2.7 6.2 2.7"/>',
  closed:
    '<circle cx="4" cy="3.5" r="1.8"/><circle cx="4" cy="12.5" r="1.8"/><circle cx="12" cy="12.5" r="1.8"/><path d="M4 5.3v5.4M12 10.7V8M10 2l4 4M14 2l-4 4"/>',
  comment: '<path d="M2 2.5h12v8.5H7.5L4.5 14v-3H2z"/>',
  commit: '<circle cx="8" cy="8" r="3"/><path d="M1 8h4M11 8h4"/>',
  clock: '<circle cx="8" cy="8" r="6.2"/><path d="M8 4.3V8l2.6 1.6"/>',
} as const;

export function avatar({ login, isBot }: Person): Html {
  const color = COLORS[[...login].reduce((sum, character) => sum + character.charCodeAt(0), 0) % COLORS.length] ?? '#57606a';
  return html`<svg class="avatar" viewBox="0 0 20 20" aria-hidden="true"><rect width="20" height="20" rx="${isBot ? 5 : 10}" fill="${color}"/><text x="10" y="14" text-anchor="middle" font-size="11" fill="#fff">${login.charAt(0).toUpperCase()}</text></svg>`;
}

export function when(at: string, now: string): Html {
  return html`<time datetime="${at}" title="${at}">${ageOf(at, now)}</time>`;
}

/** How long ago, in the largest unit that fits. */
export function ageOf(at: string, now: string): string {
  const seconds = Math.round((Date.parse(now) - Date.parse(at)) / 1000);
  const [count, unit] = largestUnit(Math.abs(seconds));
  if (count === 0) return 'just now';
  const words = `${count} ${unit}${count === 1 ? '' : 's'}`;
  return seconds < 0 ? `in ${words}` : `${words} ago`;
}

function largestUnit(seconds: number): readonly [count: number, unit: string] {
  if (seconds < 60) return [0, 'second'];
  if (seconds < 3600) return [Math.floor(seconds / 60), 'minute'];
  if (seconds < 48 * 3600) return [Math.floor(seconds / 3600), 'hour'];
  return [Math.floor(seconds / 86400), 'day'];
}

export function label({ name, color }: LabelView): Html {
  const fill = /^[0-9a-f]{6}$/i.test(color) ? `#${color}` : '#ededed';
  return html`<span class="label"><svg viewBox="0 0 10 10" aria-hidden="true"><circle cx="5" cy="5" r="4.3" fill="${fill}" stroke="currentColor" stroke-opacity=".35" stroke-width=".7"/></svg>${name}</span>`;
}

export function mark(verdict: Verdict | undefined): Html {
  if (verdict === undefined) return html`<span class="mark none" aria-label="no checks">·</span>`;
  return html`<span class="mark ${verdict}" role="img" aria-label="${WORDS[verdict]}" title="${WORDS[verdict]}">${SIGNS[verdict]}</span>`;
}

export function icon(name: keyof typeof DRAWINGS): Html {
  return html`<svg class="icon" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5" aria-hidden="true">${raw(DRAWINGS[name])}</svg>`;
}

export function statePill(state: PullState): Html {
  return html`<span class="state ${state}">${icon(state)} ${state.charAt(0).toUpperCase()}${state.slice(1)}</span>`;
}

export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

export function pullPath(repository: string, number: number, ...more: readonly string[]): string {
  return ['/ui', ...repository.split('/').map(encodeURIComponent), 'pull', number, ...more].join('/');
}

export function checkPath(repository: string, id: number): string {
  return ['/ui', ...repository.split('/').map(encodeURIComponent), 'runs', id].join('/');
}
