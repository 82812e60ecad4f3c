/** §4.4 the globs of an organisation's settings: `*` any run but `/` and `.`, `**` any run at all. */

type Token = { readonly kind: 'text'; readonly char: string } | { readonly kind: 'run'; readonly any: boolean };

function tokens(glob: string): Token[] {
  const found: Token[] = [];
  for (let i = 0; i < glob.length; i += 1) {
    const char = glob.charAt(i);
    if (char !== '*') found.push({ kind: 'text', char });
    else {
      const any = glob.charAt(i + 1) === '*';
      found.push({ kind: 'run', any });
      if (any) i += 1;
    }
  }
  return found;
}

/** Whole-text match in |glob| x |text| steps whatever the pattern, since the text comes from strangers' code. */
export function matchesGlob(glob: string, text: string): boolean {
  let open: boolean[] = [true, ...Array.from({ length: text.length }, () => false)];
  for (const token of tokens(glob)) {
    const next: boolean[] = [token.kind === 'run' && open[0] === true];
    for (let i = 0; i < text.length; i += 1) {
      const char = text.charAt(i);
      if (token.kind === 'text') next.push(open[i] === true && char === token.char);
      else next.push(open[i + 1] === true || (next[i] === true && (token.any || (char !== '/' && char !== '.'))));
    }
    open = next;
  }
  return open[text.length] === true;
}
