/** Lines of a text with their place in it, and what a line can begin. */

export type Line = { readonly text: string; readonly number: number };

export const FENCE = /^ {0,3}(`{3,}|~{3,})([^`]*)$/;
export const HEADING = /^ {0,3}(#{1,6})(?=[ \t]|$)(.*)$/;
export const RULE = /^ {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$/;
export const QUOTE = /^ {0,3}> ?/;
export const ITEM = /^( {0,3})([-*+]|\d{1,9}[.)])(?:( {1,4})(?=\S)|[ \t]*$|( ) {4,}(?=\S))/;
export const DETAILS = /^ {0,3}<details(?:\s+open(?:="")?)?\s*>/i;
export const COMMENT = /^ {0,3}<!--/;

export function linesOf(text: string): readonly Line[] {
  return text.split('\n').map((line, number) => ({ text: line.replaceAll('\t', '    '), number }));
}

export function isBlank({ text }: Line): boolean {
  return text.trim() === '';
}

/** The place of the first line, from there on, that the test holds for; the end when there is none. */
export function placeOf(lines: readonly Line[], from: number, test: (line: Line, at: number) => boolean): number {
  for (let at = from; at < lines.length; at += 1) {
    const line = lines[at];
    if (line !== undefined && test(line, at)) return at;
  }
  return lines.length;
}

/** Whether a line ends the paragraph before it. An ordered list does so only when it begins with 1, as a date may begin a line. */
export function interrupts(line: Line): boolean {
  const { text } = line;
  const [, , marker = ''] = ITEM.exec(text) ?? [];
  const isList = marker !== '' && (!/\d/.test(marker) || (marker.startsWith('1') && marker.length === 2)) && text.trim() !== marker;
  return isList || [FENCE, HEADING, RULE, QUOTE, DETAILS, COMMENT].some((start) => start.test(text));
}
