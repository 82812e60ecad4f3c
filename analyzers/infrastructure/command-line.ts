/** §4.1 A command as words: which script it runs, and with which arguments. */
import { concat, fullText, literal, printTemplate, type Template } from '../targets/template.js';
import { type Arguments, argumentKey } from './facts.js';

export type Command = { readonly script?: string; readonly arguments: Arguments };

const SCRIPT = /\.(?:py|ipynb|jar|scala|R|sql)$/;

/** Options of `spark-submit` and the like stand before the script; what follows it are the script's own. */
export function readCommand(words: readonly Template[]): Command {
  const flat = words.flatMap(splitWords);
  const at = flat.findIndex((word) => SCRIPT.test(printTemplate(word)));
  const script = flat[at];
  return { ...(script ? { script: printTemplate(script) } : {}), arguments: readArguments(flat.slice(at + 1)) };
}

/** `--key value` and `--key=value`. */
export function readArguments(words: readonly Template[]): Arguments {
  const found = new Map<string, Template>();
  for (const [index, word] of words.entries()) {
    const [first, ...rest] = word.parts;
    if (typeof first !== 'string' || !first.startsWith('--')) continue;
    const equals = first.indexOf('=');
    const next = words[index + 1];
    if (equals > 0) found.set(argumentKey(first.slice(0, equals)), { ...word, parts: [first.slice(equals + 1), ...rest] });
    else if (rest.length === 0 && next && !startsWithDash(next)) found.set(argumentKey(first), next);
  }
  return found;
}

function startsWithDash(word: Template): boolean {
  return fullText({ ...word, parts: word.parts.slice(0, 1) })?.startsWith('--') === true;
}

/** A command given as one text is split at its blanks, outside of quotes. */
function splitWords(text: Template): readonly Template[] {
  const words: Template[] = [];
  let open: Template | undefined;
  let quote = '';
  const add = (part: Template): void => {
    open = open ? concat(open, part) : part;
  };
  for (const part of text.parts) {
    if (typeof part !== 'string') {
      add({ parts: [part], via: text.via });
      continue;
    }
    for (const char of part) {
      if (quote === '' && (char === '"' || char === "'")) quote = char;
      else if (char === quote) quote = '';
      else if (quote !== '' || !/\s/.test(char)) add({ ...literal(char), via: text.via });
      else if (open) {
        words.push(open);
        open = undefined;
      }
    }
  }
  return open ? [...words, open] : words;
}
