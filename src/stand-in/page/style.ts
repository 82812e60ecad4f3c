/** The one style sheet of the pages, and their icon. */

export const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="4" fill="#24292f"/><circle cx="5" cy="4.5" r="1.7" fill="#fff"/><circle cx="5" cy="11.5" r="1.7" fill="#fff"/><circle cx="11" cy="8" r="1.7" fill="#fff"/><path d="M5 4.5v7M5 6c0 2 3 2 6 2" stroke="#fff" fill="none"/></svg>';

export const STYLE = `
:root {
  --bg: #ffffff; --soft: #f6f8fa; --line: #d1d9e0; --text: #1f2328; --muted: #59636e; --link: #0969da;
  --green: #1a7f37; --green-soft: #dafbe1; --red: #cf222e; --red-soft: #ffebe9; --purple: #8250df; --yellow: #9a6700; --yellow-soft: #fff8c5; --blue-soft: #ddf4ff;
  --button: #f6f8fa; --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
  color-scheme: light dark;
}
@media (prefers-color-scheme: dark) {
  :root {
    --bg: #0d1117; --soft: #151b23; --line: #3d444d; --text: #f0f6fc; --muted: #9198a1; --link: #4493f8;
    --green: #3fb950; --green-soft: #12261e; --red: #f85149; --red-soft: #25171c; --purple: #ab7df8; --yellow: #d29922; --yellow-soft: #272115; --blue-soft: #121d2f;
    --button: #212830;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--text); font: 14px/1.5 -apple-system, BlinkMacSystemFont, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif; overflow-wrap: anywhere; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 1px; }
h1 { font-size: 24px; font-weight: 600; margin: 0 0 16px; line-height: 1.25; }
h2 { font-size: 14px; font-weight: 600; margin: 0; }
code, pre, .code { font-family: var(--mono); font-size: 12px; }
code { background: color-mix(in srgb, var(--muted) 15%, transparent); padding: .15em .4em; border-radius: 6px; white-space: break-spaces; }
.muted { color: var(--muted); }
p.muted { margin: 2px 0 0; }
main { max-width: 1160px; margin: 0 auto; padding: 24px 16px 64px; }
.top { background: var(--soft); border-bottom: 1px solid var(--line); padding: 10px 16px; display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; justify-content: space-between; }
.top a { color: var(--text); }
.brand { font-weight: 600; }
.slash { color: var(--muted); margin: 0 6px; }
.tools, .clock, .as { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; }
.tools { gap: 6px 16px; }
.clock time { font-variant-numeric: tabular-nums; }
button, select, input, textarea { font: inherit; color: var(--text); background: var(--bg); border: 1px solid var(--line); border-radius: 6px; padding: 4px 10px; }
button { background: var(--button); cursor: pointer; font-weight: 500; }
button:hover { border-color: var(--muted); }
button.go { background: #1f883d; border-color: transparent; color: #fff; }
.top button { padding: 2px 8px; font-size: 12px; }
.top select { padding: 2px 6px; font-size: 12px; }
textarea { width: 100%; resize: vertical; padding: 8px 10px; }
.buttons { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 8px; align-items: center; }
.buttons input:not([type=number]) { flex: 1 1 200px; min-width: 0; }
.buttons input[type=number] { width: 80px; }
.avatar { width: 20px; height: 20px; vertical-align: -5px; }
.avatar text { font: 600 11px sans-serif; }
.icon { width: 14px; height: 14px; vertical-align: -2px; }
p.total { margin-bottom: 10px; }
.head code { font-weight: 400; background: none; padding: 0; }
main > form.buttons { margin: 12px 0 16px; }
.tag, .count { display: inline-block; font-size: 12px; font-weight: 500; line-height: 18px; padding: 0 7px; border-radius: 20px; color: var(--muted); border: 1px solid var(--line); }
.count { background: color-mix(in srgb, var(--muted) 18%, transparent); border: 0; color: var(--text); }
.tag.verified { color: var(--green); border-color: var(--green); }
.label { display: inline-flex; align-items: center; gap: 5px; font-size: 12px; font-weight: 500; line-height: 20px; padding: 0 8px; border: 1px solid var(--line); border-radius: 20px; white-space: nowrap; }
.label svg { width: 9px; height: 9px; }
.mark { display: inline-block; width: 18px; text-align: center; font-weight: 700; }
.mark.success, .dot.approved, .plus { color: var(--green); }
.mark.failure, .dot.changes_requested, .minus { color: var(--red); }
.mark.pending, .dot.requested { color: var(--yellow); }
.mark.neutral, .mark.none { color: var(--muted); }
.state { display: inline-block; padding: 3px 11px; border-radius: 20px; color: #fff; font-weight: 500; white-space: nowrap; line-height: 20px; }
.state.open { background: #1f883d; } .state.draft { background: #59636e; } .state.merged { background: #8250df; } .state.closed { background: #cf222e; }
.list .state { font-size: 12px; padding: 0 8px; }
.box { border: 1px solid var(--line); border-radius: 6px; margin-bottom: 16px; background: var(--bg); }
.box > h2, .head { background: var(--soft); padding: 9px 14px; border-bottom: 1px solid var(--line); border-radius: 6px 6px 0 0; }
.list ul, .plain, .timeline, .checks, .annotations { list-style: none; margin: 0; padding: 0; }
.list li + li, .checks li + li, .annotations li + li { border-top: 1px solid var(--line); }
.row { display: flex; gap: 12px; padding: 10px 14px; align-items: flex-start; }
.grow { flex: 1; min-width: 0; }
.title { font-weight: 600; font-size: 15px; color: var(--text); }
.facts { display: flex; gap: 10px; white-space: nowrap; }
.blank { padding: 14px; margin: 0; color: var(--muted); }
.with-side { display: grid; grid-template-columns: minmax(0, 1fr) 240px; gap: 24px; }
aside section { border-bottom: 1px solid var(--line); padding: 0 0 14px; margin-bottom: 14px; }
aside h2 { font-size: 12px; color: var(--muted); margin-bottom: 8px; }
aside .plain li { margin-bottom: 6px; }
.box-button { border: 0; background: none; padding: 2px 0; text-align: left; }
.refused { border: 1px solid var(--red); background: var(--red-soft); border-radius: 6px; padding: 10px 14px; margin: 0 0 16px; }
h1.pull { font-weight: 400; font-size: 28px; margin-bottom: 8px; }
.number { color: var(--muted); font-weight: 300; }
.branches { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin: 0 0 16px; color: var(--muted); }
.branches code { color: var(--link); background: var(--blue-soft); }
.tabs { display: flex; gap: 8px; border-bottom: 1px solid var(--line); margin-bottom: 20px; }
.tabs a { color: var(--text); padding: 8px 12px; border-bottom: 2px solid transparent; margin-bottom: -1px; text-decoration: none; }
.tabs a[aria-current] { border-bottom-color: #fd8c73; font-weight: 600; }
.comment > .markdown { padding: 14px; }
.reactions { padding: 0 14px 12px; display: flex; gap: 6px; }
.hidden-comment > summary { padding: 10px 14px; color: var(--muted); cursor: pointer; }
.hidden-comment > .markdown { padding: 0 14px 14px; }
.timeline { border-left: 2px solid var(--line); margin: 0 0 0 18px; padding: 0; }
.timeline > li { margin: 0 0 16px -18px; }
.happened { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; margin: 0 0 12px; padding-left: 8px; }
.timeline > li.happened, .reviewed > .happened { background: linear-gradient(to right, var(--bg) 30px, transparent 30px); }
.dot { display: inline-block; width: 20px; text-align: center; font-weight: 700; color: var(--muted); }
.commit .grow { min-width: 0; }
.thread { margin-left: 18px; }
.thread .comment { border: 0; border-radius: 0; margin: 0; }
.thread .comment .head { background: none; border: 0; padding-bottom: 0; }
.thread .comment > .markdown { padding-top: 4px; }
.reply { display: flex; flex-wrap: wrap; gap: 8px; padding: 10px 14px; border-top: 1px solid var(--line); }
.reply input:not([type=hidden]) { flex: 1 1 160px; min-width: 0; }
summary.head { cursor: pointer; border-bottom: 0; }
details[open] > summary.head { border-bottom: 1px solid var(--line); }
.merge { border-width: 1px 1px 1px 4px; }
.merge.good { border-left-color: var(--green); } .merge.held { border-left-color: var(--yellow); } .merge.merged { border-left-color: var(--purple); }
.checks li { display: flex; gap: 8px; padding: 9px 14px; align-items: baseline; }
.verdict { border-top: 1px solid var(--line); padding: 12px 14px; background: var(--soft); border-radius: 0 0 6px 6px; }
.verdict p { margin: 0; } .verdict ul { margin: 6px 0 0; padding-left: 20px; color: var(--muted); }
.say form { padding: 14px; }
.annotations li { padding: 10px 14px; border-left: 4px solid var(--line); }
.annotations li.warning { border-left-color: var(--yellow); } .annotations li.failure { border-left-color: var(--red); }
.annotations p { margin: 0; } .annotations .message { white-space: pre-wrap; margin-top: 4px; }
.file { overflow: clip; }
.scroll { overflow-x: auto; max-width: 100%; }
.diff table { border-collapse: collapse; min-width: 100%; font: 12px/20px var(--mono); }
.diff td { padding: 0 10px; vertical-align: top; }
.diff .code { white-space: pre; width: 100%; overflow-wrap: normal; }
.diff .line { color: var(--muted); text-align: right; min-width: 40px; padding: 0 8px; user-select: none; }
.diff .add { background: var(--green-soft); } .diff .del { background: var(--red-soft); } .diff .hunk, .diff .note { background: var(--blue-soft); color: var(--muted); }
.diff .line a { color: inherit; } .diff tr:target { background: var(--yellow-soft); }
.changes { border-top: 1px solid var(--line); padding: 8px 14px; display: flex; flex-direction: column; gap: 6px; }
.changes summary { cursor: pointer; color: var(--link); }
.file > .thread { margin: 12px; }
.markdown > :first-child { margin-top: 0; }
.markdown p, .markdown ul, .markdown ol, .markdown pre, .markdown blockquote, .markdown details, .markdown .scroll { margin: 0 0 14px; }
.markdown li > ul, .markdown li > ol { margin-bottom: 0; }
.markdown ul, .markdown ol { padding-left: 24px; }
.markdown li { margin-top: 3px; }
.markdown li.task { list-style: none; margin-left: -22px; }
.markdown h1, .markdown h2 { border-bottom: 1px solid var(--line); padding-bottom: .3em; }
.markdown h1, .markdown h2, .markdown h3, .markdown h4, .markdown h5, .markdown h6 { margin: 20px 0 12px; font-weight: 600; line-height: 1.25; }
.markdown h1 { font-size: 22px; } .markdown h2 { font-size: 18px; } .markdown h3 { font-size: 16px; } .markdown h4, .markdown h5, .markdown h6 { font-size: 14px; }
.markdown pre { background: var(--soft); border-radius: 6px; padding: 12px 14px; overflow-x: auto; line-height: 1.45; }
.markdown pre code { background: none; padding: 0; white-space: pre; overflow-wrap: normal; }
.markdown blockquote { border-left: 4px solid var(--line); color: var(--muted); padding: 0 14px; margin-left: 0; }
.markdown table { border-collapse: collapse; overflow-wrap: normal; }
.markdown th, .markdown td { border: 1px solid var(--line); padding: 6px 12px; text-align: left; vertical-align: top; }
.markdown th { font-weight: 600; }
.markdown tbody tr:nth-child(even) { background: var(--soft); }
.markdown thead.empty { display: none; }
.markdown .center { text-align: center; } .markdown .right { text-align: right; }
.markdown summary { cursor: pointer; font-weight: 500; }
.markdown details[open] > summary { margin-bottom: 10px; }
.markdown .box { margin: 0; border: 0; background: none; padding: 0 2px; font-size: 15px; }
.markdown .alert { border-left: 4px solid var(--link); padding: 4px 14px; margin: 0 0 14px; }
.markdown .alert .name { font-weight: 600; color: var(--link); margin-bottom: 4px; }
.markdown .alert.warning { border-color: var(--yellow); } .markdown .alert.warning .name { color: var(--yellow); }
.markdown .alert.caution { border-color: var(--red); } .markdown .alert.caution .name { color: var(--red); }
.markdown .alert.important { border-color: var(--purple); } .markdown .alert.important .name { color: var(--purple); }
.markdown .alert.tip { border-color: var(--green); } .markdown .alert.tip .name { color: var(--green); }
.markdown > :last-child, .markdown blockquote > :last-child, .markdown .alert > :last-child { margin-bottom: 0; }
@media (max-width: 760px) {
  main { padding: 16px 12px 48px; }
  .with-side { grid-template-columns: minmax(0, 1fr); gap: 8px; }
  h1.pull { font-size: 22px; }
  .row { flex-direction: column; gap: 6px; }
  .thread { margin-left: 0; }
}
@media print { .top, form { display: none; } }
`;
