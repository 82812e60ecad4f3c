/** The files tab: what git says changed, what was said about lines, and a way to change a file. */
import { html } from 'hono/html';
import { thread } from './conversation.js';
import { type Html, plural, pullPath } from './marks.js';
import { pullHead } from './pull.js';
import type { FileView, PullView } from './view.js';

type Row = { readonly kind: 'hunk' | 'add' | 'del' | 'same' | 'note'; readonly old: string; readonly now: string; readonly text: string };

/** A longer diff is folded: nobody reads it unasked. */
const FOLDED_FROM = 400;

export function filesPage(view: PullView, files: readonly FileView[], now: string): Html {
  const act = pullPath(view.repository, view.number, 'act');
  const [added, deleted] = [files.reduce((sum, file) => sum + file.additions, 0), files.reduce((sum, file) => sum + file.deletions, 0)];
  return html`${pullHead(view, 'files', now)}
<p class="muted total">${plural(files.length, 'file')} changed, <span class="plus">+${added}</span> <span class="minus">−${deleted}</span></p>
${files.map((file) => fileBox(view, file, act, now))}`;
}

function fileBox(view: PullView, file: FileView, act: string, now: string): Html {
  const { path, previousPath, status, additions, deletions, patch } = file;
  const rows = patch === undefined ? [] : rowsOf(patch);
  const table = patch === undefined ? html`<p class="blank">A binary file, or nothing but its name or mode changed.</p>` : diff(rows);
  return html`<section class="box file" id="${path}">
<h2 class="head"><code>${previousPath === undefined ? '' : `${previousPath} → `}${path}</code> <span class="tag">${status}</span> <span class="plus">+${additions}</span> <span class="minus">−${deletions}</span></h2>
${rows.length > FOLDED_FROM ? html`<details><summary>${plural(rows.length, 'line')}</summary>${table}</details>` : table}
${file.threads.map((one) => thread(one, act, now))}
${view.state === 'open' || view.state === 'draft' ? changes(file, act, view.head.sha) : ''}
</section>`;
}

function diff(rows: readonly Row[]): Html {
  const shown = rows.map(
    ({ kind, old, now, text }) =>
      html`<tr class="${kind}"><td class="line">${old}</td><td class="line">${now}</td><td class="code">${text}</td></tr>`,
  );
  return html`<div class="scroll diff" tabindex="0"><table><tbody>${shown}</tbody></table></div>`;
}

/** The hunks of git with the number of each line before and after. */
export function rowsOf(patch: string): readonly Row[] {
  let [old, now] = [0, 0];
  return patch.split('\n').map((text): Row => {
    const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(text);
    if (hunk) {
      [old, now] = [Number(hunk[1]), Number(hunk[2])];
      return { kind: 'hunk', old: '', now: '', text };
    }
    if (text.startsWith('\\')) return { kind: 'note', old: '', now: '', text };
    if (text.startsWith('+')) return { kind: 'add', old: '', now: String(now++), text };
    if (text.startsWith('-')) return { kind: 'del', old: String(old++), now: '', text };
    return { kind: 'same', old: String(old++), now: String(now++), text };
  });
}

function changes({ path, content, patch }: FileView, act: string, head: string): Html {
  if (content === undefined && patch === undefined) return html``;
  const edit =
    content === undefined
      ? ''
      : html`<details><summary>Edit this file</summary><form method="post" action="${act}"><input type="hidden" name="path" value="${path}"><input type="hidden" name="onto" value="${head}">
<textarea name="content" rows="16" class="code" spellcheck="false" aria-label="${path}">
${content}</textarea>
<div class="buttons"><input name="message" aria-label="Commit message" placeholder="Update ${path}" maxlength="200"><button class="go" name="kind" value="edit">Commit to the branch</button></div></form></details>`;
  const remark =
    patch === undefined
      ? ''
      : html`<details><summary>Comment on a line</summary><form method="post" action="${act}"><input type="hidden" name="path" value="${path}">
<div class="buttons"><label>Line <input name="line" type="number" min="1" required></label><input name="body" required aria-label="Comment" maxlength="65000"><button name="kind" value="line-comment">Comment</button></div></form></details>`;
  return html`<div class="changes">${remark}${edit}</div>`;
}
