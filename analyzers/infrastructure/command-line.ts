/** §4.1 A command as words: which script it runs, with which arguments and variables. */
import { type Arguments, argumentKey, type Given } from '../templates/given.js';
import { concat, fullText, literal, printTemplate, type Template } from '../templates/template.js';

export type Command = Given & { readonly script?: string };

const SCRIPT = /\.(?:py|ipynb|jar|scala|R|sql|hql)$/;
const PYTHON = /(?:^|\/)(?:python|pypy)[\d.]*$/;
/** What runs the script behind it, or is put before what does. */
const RUNNER =
  /(?:^|\/)(?:python[\d.]*|pypy[\d.]*|ipython|pyspark|papermill|run|exec|env|time|nohup|sudo|Rscript|psql|mysql|spark-sql|beeline|hive|impala-shell|trino|presto|snowsql|bq|sqlcmd)$/;
const SUBMIT = /(?:^|\/)spark\d?-submit$/;
/** Options of `spark-submit` that no value follows. */
const FLAGS = new Set(['--verbose', '-v', '--supervise', '--version', '--help', '--async', '--quiet', '-q']);
const GCLOUD = /(?:^|\/)gcloud$/;
const MODULE = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/;
const ASSIGNED = /^[A-Za-z_]\w*=/;
/** More words are data, and a longer text is a program. */
const MAX_WORDS = 400;
const MAX_LENGTH = 20_000;

/** Options of `spark-submit` and the like stand before the script; what follows it are the script's own. */
export function readCommand(words: readonly Template[]): Command {
  return commandOf(words.flatMap(splitWords));
}

/** Words that are split already: a blank within one is its own. */
export function commandOf(flat: readonly Template[]): Command {
  const bounded = flat.slice(0, MAX_WORDS);
  const environment = assignedBefore(bounded);
  const found = scriptIn(bounded);
  if (!found) return { arguments: readArguments([]) };
  const words = ownWords(bounded, found.at);
  const named = new Map([...settingsIn(bounded.slice(0, found.at)), ...readArguments(words), ...papermillIn(bounded, words)]);
  return { script: found.script, arguments: named, words, ...(environment.size > 0 ? { environment } : {}) };
}

/** `gcloud dataproc jobs submit pyspark x.py --cluster=c -- a b`: what stands between is not the script's. */
function ownWords(words: readonly Template[], script: number): readonly Template[] {
  const behind = words.slice(script + 1);
  if (!words.slice(0, script).some((word) => GCLOUD.test(printTemplate(word)))) return behind;
  const dashes = behind.findIndex((word) => fullText(word) === '--');
  return dashes < 0 ? [] : behind.slice(dashes + 1);
}

type Found = { readonly script: string; readonly at: number };

function scriptIn(words: readonly Template[]): Found | undefined {
  const printed = words.map(printTemplate);
  const submit = printed.findIndex((word) => SUBMIT.test(word));
  if (submit >= 0) return submitted(printed, submit + 1);
  const pyspark = printed.some((word) => GCLOUD.test(word)) ? printed.indexOf('pyspark') : -1;
  if (pyspark >= 0) return submitted(printed, pyspark + 1);
  const python = printed.findIndex((word) => PYTHON.test(word));
  const module = python < 0 ? -1 : printed.indexOf('-m', python);
  const at = printed.findIndex((word) => SCRIPT.test(word) && !ASSIGNED.test(word) && !word.startsWith('-'));
  const named = printed[module + 1];
  if (module > 0 && named !== undefined && MODULE.test(named) && (at < 0 || module < at)) return { script: named, at: module + 1 };
  const script = printed[at];
  return script !== undefined && isRun(printed.slice(0, at)) ? { script, at } : undefined;
}

/** A script is run by what it is given to, or stands first; `cp x.py s3://code` runs nothing. */
function isRun(before: readonly string[]): boolean {
  return before.every((word) => ASSIGNED.test(word)) || before.some((word) => RUNNER.test(word));
}

/** The first word that is neither an option nor an option's value. */
function submitted(printed: readonly string[], from: number): Found | undefined {
  for (let at = from; at < printed.length; at++) {
    const word = printed[at] ?? '';
    if (!word.startsWith('-')) return { script: word, at };
    if (!word.includes('=') && !FLAGS.has(word)) at += 1;
  }
  return undefined;
}

/** `--conf spark.x=y` is read as `spark.conf.get("spark.x")`; what begins with `spark.yarn.appMasterEnv.` is a variable. */
export function settingsIn(words: readonly Template[]): Arguments {
  const found = new Map<string, Template>();
  for (const [index, word] of words.entries()) {
    const first = textBefore(word);
    const value = first === '--conf' || first === '-c' ? words[index + 1] : first?.startsWith('--conf=') ? cut(word, 7) : undefined;
    const setting = value && assignment(value);
    if (setting) found.set(setting[0], setting[1]);
  }
  return found;
}

/** `papermill in.ipynb out.ipynb -p name value`. */
function papermillIn(all: readonly Template[], words: readonly Template[]): Arguments {
  const found = new Map<string, Template>();
  if (!all.some((word) => fullText(word) === 'papermill')) return found;
  for (const [index, word] of words.entries()) {
    const name = words[index + 1];
    const value = words[index + 2];
    if (/^(?:-[pr]|--parameters(?:_raw)?)$/.test(fullText(word) ?? '') && name && value) found.set(printTemplate(name), value);
  }
  return found;
}

/** `A=b C=d python x.py`, with or without `env`; `docker run -e A=b image python x.py`. */
function assignedBefore(words: readonly Template[]): Arguments {
  const found = new Map<string, Template>();
  let isOpen = true;
  for (const [index, word] of words.entries()) {
    const first = textBefore(word) ?? '';
    const before = textBefore(words[index - 1] ?? literal(''));
    const given = before === '-e' || before === '--env' ? word : first.startsWith('--env=') ? cut(word, 6) : isOpen ? word : undefined;
    const one = given && ASSIGNED.test(textBefore(given) ?? '') ? assignment(given) : undefined;
    if (one) found.set(...one);
    else if (first !== 'env' && first !== 'exec' && first !== 'sudo') isOpen = false;
  }
  return found;
}

/** `name=value`, the name literal. */
export function assignment(word: Template): readonly [string, Template] | undefined {
  const first = textBefore(word) ?? '';
  const equals = first.indexOf('=');
  return equals > 0 ? [first.slice(0, equals), cut(word, equals + 1)] : undefined;
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

/** The literal text that a word begins with. */
export function textBefore({ parts: [first] }: Template): string | undefined {
  return typeof first === 'string' ? first : undefined;
}

/** A word without its first characters, which are literal. */
export function cut(word: Template, characters: number): Template {
  const [first, ...rest] = word.parts;
  const left = typeof first === 'string' ? first.slice(characters) : '';
  return { ...word, parts: left === '' ? rest : [left, ...rest] };
}

/** A command given as one text is split at its blanks, outside of quotes. */
export function splitWords(text: Template): readonly Template[] {
  const words: Template[] = [];
  if (text.parts.some((part) => typeof part === 'string' && part.length > MAX_LENGTH)) return words;
  let open: Template['parts'][number][] | undefined;
  let quote = '';
  const close = (): void => {
    if (open) words.push(concat({ parts: open, via: text.via }));
    open = undefined;
  };
  for (const part of text.parts) {
    if (typeof part !== 'string') {
      open ??= [];
      open.push(part);
      continue;
    }
    for (const piece of part.split(/(\s+|["'])/)) {
      if (piece === '') continue;
      if (piece === quote) quote = '';
      else if (quote === '' && (piece === '"' || piece === "'")) {
        quote = piece;
        open ??= [];
      } else if (quote === '' && /^\s/.test(piece)) close();
      else {
        open ??= [];
        open.push(piece);
      }
    }
  }
  close();
  return words;
}
