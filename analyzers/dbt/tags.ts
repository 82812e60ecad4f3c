/** The tags of a Jinja text in one pass: a tag that never closes ends the search, so hostile text costs no more than its length. */

type Tag = { readonly from: number; readonly to: number };

function* places(source: string): Generator<Tag> {
  const opening = /\{[{%]/g;
  const ending = /[%}]\}/g;
  for (let open = opening.exec(source); open; open = opening.exec(source)) {
    ending.lastIndex = open.index + 2;
    if (!ending.exec(source)) return;
    yield { from: open.index, to: ending.lastIndex };
    opening.lastIndex = ending.lastIndex;
  }
}

export function tagsOf(source: string): string[] {
  return [...places(source)].map(({ from, to }) => source.slice(from, to));
}

export function replaceTags(source: string, change: (tag: string) => string): string {
  let done = 0;
  let text = '';
  for (const { from, to } of places(source)) {
    text += source.slice(done, from) + change(source.slice(from, to));
    done = to;
  }
  return text + source.slice(done);
}
