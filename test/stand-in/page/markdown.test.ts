/** The Markdown of the stand-in's page: what people and bots write looks as on GitHub, and what attackers write does nothing. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderMarkdown, toggleTask } from '../../../src/stand-in/page/markdown/render.js';

const REL = 'rel="nofollow noopener noreferrer"';
const lines = (...all: readonly string[]) => all.join('\n');

/** Tags and attributes that may ever come out, each attribute with the values it may have. */
const ALLOWED: Readonly<Record<string, Readonly<Record<string, RegExp>>>> = {
  a: { href: /^(https?:\/\/|mailto:|#|\/(?!\/))/i, title: /^[^<>"]*$/, rel: /^nofollow noopener noreferrer$/ },
  ol: { start: /^\d{1,9}$/ },
  div: { class: /^(scroll|alert (note|tip|important|warning|caution))$/, tabindex: /^0$/ },
  pre: { tabindex: /^0$/ },
  thead: { class: /^empty$/ },
  th: { class: /^(center|right)$/ },
  td: { class: /^(center|right)$/ },
  p: { class: /^(name|muted)$/ },
  li: { class: /^task$/ },
  strong: { class: /^mention$/ },
  details: { open: /^$/ },
  input: { type: /^checkbox$/, disabled: /^$/, checked: /^$/ },
};
const BARE = 'h1 h2 h3 h4 h5 h6 ul blockquote table tbody tr code em del summary br hr b i s ins sub sup kbd samp mark'.split(' ');
const VOID = ['br', 'hr', 'input'];

/** Reads the whole text as tags and words; a complaint for everything that is not allowed, or does not nest. */
function complaintsAbout(html: string): readonly string[] {
  const complaints: string[] = [];
  const open: string[] = [];
  const rest = html.replaceAll(
    /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z]+(?:="[^"<>]*")?)*)>/g,
    (_, slash: string, name: string, attributes: string) => {
      const known = ALLOWED[name] ?? (BARE.includes(name) ? {} : undefined);
      if (known === undefined) complaints.push(`tag ${name}`);
      for (const [, key = '', value = ''] of attributes.matchAll(/([a-z]+)(?:="([^"]*)")?/g))
        if (!known?.[key]?.test(value)) complaints.push(`${name} ${key}="${value}"`);
      if (slash === '/') {
        const last = open.pop();
        if (last !== name) complaints.push(`</${name}> closes ${String(last)}`);
      } else if (!VOID.includes(name)) {
        if (name === 'a' && open.includes('a')) complaints.push('a link in a link');
        open.push(name);
      }
      return '';
    },
  );
  if (/[<>]/.test(rest)) complaints.push(`a stray bracket in ${rest}`);
  return [...complaints, ...open.map((name) => `${name} is not closed`)];
}

describe('what people write', () => {
  it.each([
    ['a paragraph keeps its lines', 'one\ntwo', '<p>one<br>\ntwo</p>'],
    [
      'emphasis',
      '**bold** and *soft* and ***both*** and ~~gone~~',
      '<p><strong>bold</strong> and <em>soft</em> and <em><strong>both</strong></em> and <del>gone</del></p>',
    ],
    ['names with underscores stay names', 'signal_factory and a_b_c, 2 * 3 * 4', '<p>signal_factory and a_b_c, 2 * 3 * 4</p>'],
    ['code is left alone', '`**a** <b>` and ``a`b``', '<p><code>**a** &lt;b&gt;</code> and <code>a`b</code></p>'],
    ['a tick that finds no end', 'a ` b', '<p>a ` b</p>'],
    ['a link', '[a **b**](https://x.test/y_z "t")', `<p><a href="https://x.test/y_z" title="t" ${REL}>a <strong>b</strong></a></p>`],
    ['a link with a bracket in its address', '[a](https://x.test/(y))', `<p><a href="https://x.test/(y)" ${REL}>a</a></p>`],
    [
      'a bare address, without the full stop',
      'see https://x.test/a?b=c&d.',
      `<p>see <a href="https://x.test/a?b=c&amp;d" ${REL}>https://x.test/a?b=c&amp;d</a>.</p>`,
    ],
    [
      'an address in a link is not linked again',
      '[https://a.test](https://b.test)',
      `<p><a href="https://b.test" ${REL}>https://a.test</a></p>`,
    ],
    ['a picture is shown by its words', '![a chart](https://x.test/a.png)', '<p><em>a chart</em></p>'],
    ['a mention', 'ask @acme/data or mail a@b', '<p>ask <strong class="mention">@acme/data</strong> or mail a@b</p>'],
    ['headings', '# One #\n## Two\n####### seven', '<h1>One</h1>\n<h2>Two</h2>\n<p>####### seven</p>'],
    ['an underlined heading', 'Title\n===', '<h1>Title</h1>'],
    ['a rule', 'a\n\n---\n\nb', '<p>a</p>\n<hr>\n<p>b</p>'],
    ['a quote', '> a\n> b', '<blockquote><p>a<br>\nb</p></blockquote>'],
    ['a note', '> [!WARNING]\n> hot', '<div class="alert warning"><p class="name">Warning</p><p>hot</p></div>'],
    ['a list', '- a\n- b\n  - c', '<ul>\n<li>a</li>\n<li>b\n<ul>\n<li>c</li>\n</ul></li>\n</ul>'],
    ['a list that begins later', '3. a\n4. b', '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'],
    ['a spread list', '- a\n\n- b', '<ul>\n<li><p>a</p></li>\n<li><p>b</p></li>\n</ul>'],
    ['a list right under a paragraph', 'these:\n- a', '<p>these:</p>\n<ul>\n<li>a</li>\n</ul>'],
    [
      'tasks',
      '- [x] a\n- [ ] b',
      '<ul>\n<li class="task"><input type="checkbox" disabled checked> a</li>\n<li class="task"><input type="checkbox" disabled> b</li>\n</ul>',
    ],
    ['a number in a sentence begins no list', 'in\n2026. Then', '<p>in<br>\n2026. Then</p>'],
    ['fenced code', '```sh\na <b>\n\n# c\n```\nd', '<pre tabindex="0"><code>a &lt;b&gt;\n\n# c\n</code></pre>\n<p>d</p>'],
    ['code in a list', '- a\n  ```\n  b\n    c\n  ```', '<ul>\n<li>a\n<pre tabindex="0"><code>b\n  c\n</code></pre></li>\n</ul>'],
    ['a comment is hidden', 'a <!-- b --> c\n\n<!-- d\n\ne -->\nf', '<p>a  c</p>\n<p>f</p>'],
    ['a comment in code is shown', '`<!-- a -->`', '<p><code>&lt;!-- a --&gt;</code></p>'],
    ['an escaped mark', '\\*a\\* \\`b\\`', '<p>*a* `b`</p>'],
    ['an entity', '&nbsp;&amp; & &x;', '<p>&nbsp;&amp; &amp; &amp;x;</p>'],
    ['plain tags', '<sub>a</sub> <kbd>b</kbd><br>c', '<p><sub>a</sub> <kbd>b</kbd><br>c</p>'],
  ])('%s', (_, text, html) => {
    expect(renderMarkdown(text)).toBe(html);
    expect(complaintsAbout(html)).toEqual([]);
  });

  it('a table aligns its columns, takes an escaped bar, and fills short rows', () => {
    const html = renderMarkdown(lines('| a | b |', '|:-:|--:|', '| `x` \\| y | 1 |', '| z |', '', 'after'));
    expect(html).toBe(
      lines(
        '<div class="scroll" tabindex="0"><table><thead><tr><th class="center">a</th><th class="right">b</th></tr></thead>' +
          '<tbody><tr><td class="center"><code>x</code> | y</td><td class="right">1</td></tr>' +
          '<tr><td class="center">z</td><td class="right"></td></tr></tbody></table></div>',
        '<p>after</p>',
      ),
    );
  });

  it('details hold blocks, and details in details close where they should', () => {
    const html = renderMarkdown(
      lines(
        '<details><summary>A **b**</summary>',
        '',
        '- c',
        '',
        '<details><summary>D</summary>',
        'e',
        '</details>',
        'f',
        '</details>',
        '',
        'g',
      ),
    );
    expect(html).toBe(
      lines(
        '<details><summary>A <strong>b</strong></summary>',
        '<ul>',
        '<li>c</li>',
        '</ul>',
        '<details><summary>D</summary>',
        '<p>e</p></details>',
        '<p>f</p></details>',
        '<p>g</p>',
      ),
    );
  });

  it('a tag in code does not close the details around it', () => {
    const html = renderMarkdown(lines('<details><summary>A</summary>', '', '```', '</details>', '```', 'still in', '</details>', 'out'));
    expect(html).toContain('<p>still in</p></details>\n<p>out</p>');
  });

  it('a box that can be ticked names its line, and ticking changes that line and nothing else', () => {
    const text = lines('# Steps', '', '- [ ] a', '  - [x] b', '> * [ ] c');
    const html = renderMarkdown(text, { tick: 'tick' });
    expect([...html.matchAll(/name="line" value="(\d+)"/g)].map(([, line]) => line)).toEqual(['2', '3', '4']);
    expect(toggleTask(text, 2)).toBe(text.replace('[ ] a', '[x] a'));
    expect(toggleTask(text, 3)).toBe(text.replace('[x] b', '[ ] b'));
    expect(toggleTask(text, 4)).toBe(text.replace('[ ] c', '[x] c'));
    expect(toggleTask(text, 0)).toBeUndefined();
    expect(toggleTask(text, 99)).toBeUndefined();
  });
});

describe('what attackers write', () => {
  it.each([
    ['a script', '<script>alert(1)</script>', '<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>'],
    ['a handler', '<b onclick="x()">a</b>', '<p>&lt;b onclick=&quot;x()&quot;&gt;a&lt;/b&gt;</p>'],
    ['a picture with a handler', '<img src=x onerror=alert(1) alt="a">', '<p><em>a</em></p>'],
    ['an address that runs', '[a](javascript:alert(1))', '<p>a</p>'],
    ['an address that runs, hidden by case and a tab', '[a](<jAva\tScript:alert(1)>)', '<p>a</p>'],
    ['an address that runs, as an entity', '[a](javascript&#58;alert(1))', '<p>a</p>'],
    ['an address that runs, in angle brackets', '<javascript:alert(1)>', '<p>&lt;javascript:alert(1)&gt;</p>'],
    ['data as an address', '[a](data:text/html,x)', '<p>a</p>'],
    ['an address of another host without a scheme', '[a](//evil.test) [b](/\\evil.test)', '<p>a b</p>'],
    [
      'a quote that leaves its attribute',
      '[a](https://x.test/"onclick="y)',
      `<p><a href="https://x.test/&quot;onclick=&quot;y" ${REL}>a</a></p>`,
    ],
    [
      'a title that leaves its attribute',
      `[a](https://x.test "b'<i>")`,
      `<p><a href="https://x.test" title="b&#39;&lt;i&gt;" ${REL}>a</a></p>`,
    ],
    ['an anchor that runs', '<a href="javascript:x">a</a>', '<p>a</p>'],
    ['a style', '<style>*{display:none}</style>', '<p>&lt;style&gt;*{display:none}&lt;/style&gt;</p>'],
    ['a form', '<form action="/ui/x"><input name="y">', '<p>&lt;form action=&quot;/ui/x&quot;&gt;&lt;input name=&quot;y&quot;&gt;</p>'],
    ['details that never end', '<details><summary>a\n\nb', '<details><summary>a</summary>\n<p>b</p></details>'],
    ['details that were never opened', 'a\n</details>\nb', '<p>a<br>\n&lt;/details&gt;<br>\nb</p>'],
    ['tags that cross', '<b>a<i>b</b>c</i>', '<p><b>a&lt;i&gt;b</b>c&lt;/i&gt;</p>'],
    ['emphasis across a tag', '**a<b>b**c</b>', '<p><strong>a&lt;b&gt;b</strong>c&lt;/b&gt;</p>'],
    ['a comment that never ends', 'a\n\n<!-- b\n\n<script>', '<p>a</p>'],
    ['a zero byte', 'a\u0000<scr\u0000ipt>', '<p>a\ufffd&lt;scr\ufffdipt&gt;</p>'],
  ])('%s', (_, text, html) => {
    expect(renderMarkdown(text)).toBe(html);
    expect(complaintsAbout(html)).toEqual([]);
  });

  it('whatever is put together, only allowed tags come out, and they nest', () => {
    const pieces = [
      ...[
        '<b>',
        '</b>',
        '<i>',
        '</i>',
        '<a href="https://x.test">',
        '</a>',
        '<details>',
        '</details>',
        '<summary>',
        '</summary>',
        '<script>',
      ],
      ...[
        '<!--',
        '-->',
        '**',
        '*',
        '_',
        '~~',
        '`',
        '```',
        '[',
        '](https://a.test)',
        '](javascript:a)',
        '![',
        '](',
        ')',
        '<https://b.test>',
      ],
      ...[
        'https://c.test/',
        '\n',
        '\n\n',
        '- ',
        '  ',
        '> ',
        '1. ',
        '|',
        '|-|-|\n',
        '# ',
        '---',
        '[ ] ',
        '"',
        "'",
        '&',
        '\\',
        ' ',
        'word',
        '@me',
        '<',
        '>',
      ],
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 60 }), (parts) => {
        expect(complaintsAbout(renderMarkdown(parts.join('')))).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });

  it('any text at all comes out safe', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(complaintsAbout(renderMarkdown(text))).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  const LENGTH = 65_536;
  const filled = (piece: string) => piece.repeat(Math.ceil(LENGTH / piece.length)).slice(0, LENGTH);
  it.each([
    ...[
      '*',
      '**a ',
      '*a _b ',
      '_',
      '`',
      '` `` ',
      '[',
      '[](',
      '![a](',
      '](',
      '<b>',
      '<!--',
      '<details>\n',
      '<a href="https://x">',
      '> ',
      '>\n',
      '- ',
      '-\n',
    ],
    ...[
      '1. a\n',
      '|',
      '|a|b|\n',
      '~~',
      '~~~\n',
      '# ',
      '\\',
      '&',
      'https://a ',
      'http',
      '!',
      '[a](https://b) ',
      '- [ ] ',
      '<details><summary>',
      '@a',
      '\n',
    ],
  ])('a body of nothing but %j ends', (piece) => {
    const html = renderMarkdown(`x\n\n${filled(piece)}`);
    expect(html.length).toBeLessThan(LENGTH * 30);
  });

  it.each([
    ['blanks behind a link', `[a](${' '.repeat(60_000)}`],
    ['blanks in a heading', `# ${' '.repeat(60_000)}x`],
    ['marks behind an address', `http://a${'!'.repeat(60_000)}b`],
    ['a picture that never ends', `<img ${'a'.repeat(60_000)}`],
    ['closers without openers', `${'*a '.repeat(10_000)}${' b_'.repeat(10_000)}`],
    ['a deep quote', `${'> '.repeat(20_000)}a`],
    ['a deep list', Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth * 2)}- a`).join('\n')],
  ])('%s ends, and is small', (_, text) => {
    expect(renderMarkdown(text).length).toBeLessThan(text.length * 12);
  });

  it('a table too wide is text, and one with many rows is a table', () => {
    const wide = lines('|a'.repeat(5_000), '|-'.repeat(5_000), ...Array.from({ length: 5_000 }, () => 'b'));
    expect(renderMarkdown(wide)).not.toContain('<table>');
    expect(renderMarkdown(lines('|a|b|', '|-|-|', ...Array.from({ length: 3_000 }, () => '|c|d|'))).split('<tr>').length).toBe(3_002);
  });

  it('what is longer than GitHub takes is cut, and says so', () => {
    expect(renderMarkdown('a '.repeat(200_000))).toContain('The rest is too long to be shown.');
  });
});
