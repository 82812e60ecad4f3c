/** §4.1 Where brackets and quoted texts of a Terraform expression end. */

/** The bracket that ends the one at `open`; brackets in quoted text do not count, but those of an interpolation in it do. */
export function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    const char = text[at];
    if (char === '"') at = endOfQuoted(text, at);
    else if (char === '{' || char === '(' || char === '[') depth += 1;
    else if (char === '}' || char === ')' || char === ']') depth -= 1;
    if (at < 0) return -1;
    if (depth === 0) return at;
  }
  return -1;
}

export function endOfQuoted(text: string, open: number): number {
  for (let at = open + 1; at < text.length; at++) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at;
    else if (text.startsWith('${', at)) {
      at = closing(text, at + 1);
      if (at < 0) return -1;
    }
  }
  return -1;
}

/** At a sign that stands in no bracket and no quoted text. */
export function splitAt(text: string, sign: RegExp): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    const end = char === '"' ? endOfQuoted(text, at) : '([{'.includes(char) ? closing(text, at) : at;
    if (end < 0) return [text];
    const found = end === at ? sign.exec(text.slice(at, at + 2)) : null;
    if (found) {
      parts.push(text.slice(from, at));
      from = at + found[0].length;
    }
    at = Math.max(end, from - 1);
  }
  return [...parts, text.slice(from)];
}

/** More choices than this in one text are read as they are. */
const MAX_CHOICES = 50;
const CHOICE = /%\{~?\s*(if|else|endif)\b/g;

/** A choice in a text is read as `%{if …}…%{else}…%{endif}`: what was chosen, or the condition itself in the place of both. */
export function withChoices(text: string, holds: (condition: string) => boolean | undefined): string {
  let rest = text;
  for (let round = 0; round < MAX_CHOICES && rest.includes('%{'); round++) {
    // The last one that begins has no other in it.
    const [open] = [...rest.matchAll(CHOICE)].filter(([, word]) => word === 'if').slice(-1);
    const end = open ? closing(rest, open.index + 1) : -1;
    if (!open || end < 0) return rest;
    const condition = rest.slice(open.index + open[0].length, end).replace(/~$/, '');
    const [first, second] = [...rest.slice(end).matchAll(CHOICE)].map(({ 1: word, index }) => ({ word, at: end + index }));
    const last = first?.word === 'else' ? second : first;
    if (!first || last?.word !== 'endif') return rest;
    const after = (at: number): number => rest.indexOf('}', at) + 1;
    const yes = rest.slice(end + 1, first.at);
    const no = first === last ? '' : rest.slice(after(first.at), last.at);
    const held = holds(condition);
    rest = rest.slice(0, open.index) + (held === undefined ? `\${${condition.trim()}}` : held ? yes : no) + rest.slice(after(last.at));
  }
  return rest;
}
