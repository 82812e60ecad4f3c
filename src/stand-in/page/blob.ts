/** The page of one file at one commit: its lines, each with an address of its own. */
import { html } from 'hono/html';
import { type Html, plural } from './marks.js';
import type { BlobView } from './view.js';

export function blobPage({ ref, path, bytes, lines, isCut }: BlobView): Html {
  const shown = /^[0-9a-f]{40}$/.test(ref) ? ref.slice(0, 7) : ref;
  return html`<section class="box file">
<h2 class="head"><code>${path}</code> <span class="tag">${shown}</span> <span class="muted">${plural(bytes, 'byte')}</span></h2>
${lines === undefined ? html`<p class="blank">${plural(bytes, 'byte')} that are no text.</p>` : table(lines)}
${isCut ? html`<p class="blank">The rest is not shown: the file is too long for a page.</p>` : ''}
</section>`;
}

function table(lines: readonly string[]): Html {
  const rows = lines.map((text, index) => {
    const name = `L${index + 1}`;
    return html`<tr id="${name}"><td class="line"><a href="#${name}">${index + 1}</a></td><td class="code">${text}</td></tr>`;
  });
  return html`<div class="scroll diff" tabindex="0"><table><tbody>${rows}</tbody></table></div>`;
}
