/** §4.1 What calls of the AWS CDK give: a construct is a dictionary of its properties under an identity, its small classes are what they are made of. */

import { concat, fullText, holed, literal, type Template } from '../templates/template.js';
import { keyText, product, textsOf } from './combine.js';
import { joinText } from './library-text.js';
import { asTemplate, type BoundCall, type Evaluation, hole, type Thunk, text, textOf, type Value } from './values.js';

const PACKAGE = /^(?:aws-cdk-lib|aws_cdk|@aws-cdk)\b/;
/** The key that no property has. */
export const IDENTITY = ' identity';

export function isCdk(name: string): boolean {
  return PACKAGE.test(name);
}

export function callConstruct(ev: Evaluation, name: string, call: BoundCall): readonly Value[] {
  const [owner = '', last = ''] = name.split('.').slice(-2);
  if (/^[A-Z]/.test(last)) return [madeOf(ev, call)];
  const plain = last.replaceAll('_', '').toLowerCase();
  if (/Schedule(?:Expression)?$/.test(owner)) return [scheduleOf(ev, plain, call)];
  if (owner === 'Duration')
    return firstTexts(ev, call).map((count) =>
      text(concat(count, literal(` ${fullText(count) === '1' ? plain.replace(/s$/, '') : plain}`))),
    );
  if (plain === 'frombucket') return bucketObject(ev, call);
  if (/^from|^start$/.test(plain)) return call.args[0] ? ev.evaluate(call.args[0], call.frame) : [madeOf(ev, call)];
  if (owner === 'JobExecutable') return [madeOf(ev, call)];
  if (owner === 'JsonPath' || owner === 'Fn')
    return firstTexts(ev, call).map((path) =>
      hole(
        'config',
        fullText(path)
          ?.match(/[\w-]+/g)
          ?.at(-1) ?? last,
      ),
    );
  return [hole('opaque', last)];
}

type Dict = Extract<Value, { kind: 'dict' }>;
type Entry = Dict['entries'][number];

/** `new X(scope, 'id', {…})`, `X(self, "id", a=…)`; a class without a scope is its properties, or wraps what it is given. */
function madeOf(ev: Evaluation, call: BoundCall): Dict {
  const { frame } = call;
  const [first, second] = call.args;
  const given = call.args.map((expr) => ev.evaluate(expr, frame)[0]);
  const named = call.keywords.find(({ name }) => name === 'id' || name === 'construct_id')?.value;
  const id = named
    ? textsOf(ev.evaluate(named, frame), named)[0]
    : second && given[1] && given[1].kind !== 'dict'
      ? asTemplate(given[1])
      : undefined;
  const keywords = call.keywords.map(({ name, value }) => entry(name, { expr: value, frame }));
  const spread = call.keywords.filter(({ name }) => name === '**').flatMap(({ value }) => ev.evaluate(value, frame));
  const properties = [...given, ...spread]
    .flatMap((value) => (value?.kind === 'dict' ? value.entries : []))
    .filter(({ keys }) => !keys.some((key) => keyText(key) === IDENTITY));
  if (id) return { kind: 'dict', entries: [identity(frame.unit.path, id, call), ...properties, ...keywords] };
  const wrapped =
    first && (given[0]?.kind !== 'dict' || given[0].entries.some(({ keys }) => keys.some((key) => keyText(key) === IDENTITY)));
  return {
    kind: 'dict',
    entries: [...(wrapped && first ? [entry('target', { expr: first, frame })] : []), ...(wrapped ? [] : properties), ...keywords],
  };
}

function entry(name: string, values: Thunk): Entry {
  return { keys: [textOf(name)], values };
}

function identity(path: string, id: Template, { frame }: BoundCall): Entry {
  const told = id.parts.map((part) => (typeof part === 'string' ? part : `<${part.name}>`)).join('');
  return entry(IDENTITY, { expr: { kind: 'text', value: `${path}#${told}` }, frame });
}

function firstTexts(ev: Evaluation, call: BoundCall): readonly Template[] {
  const [first] = call.args;
  return first ? textsOf(ev.evaluate(first, call.frame), first) : [holed('opaque', 'value')];
}

/** `Code.fromBucket(bucket, key)`. */
function bucketObject(ev: Evaluation, call: BoundCall): readonly Value[] {
  const [bucket, key] = call.args.map((arg) => textsOf(ev.evaluate(arg, call.frame), arg));
  return product([bucket ?? [holed('config', 'bucket')], key ?? []]).map((parts) => text(concat(literal('s3://'), joinText(parts))));
}

const FIELDS = ['minute', 'hour', 'day', 'month', 'weekday', 'year'];

/** As EventBridge writes them: what is not given is any, and of the two days one is open. */
function scheduleOf(ev: Evaluation, kind: string, call: BoundCall): Value {
  if (kind === 'rate') return text(concat(literal('rate('), firstTexts(ev, call)[0] ?? literal(''), literal(')')));
  if (kind !== 'cron') return text(firstTexts(ev, call)[0] ?? literal(''));
  const given = new Map(
    madeOf(ev, call).entries.flatMap(({ keys, values }): [string, string][] => {
      const [name] = keys.map(keyText);
      const [value] = ev.evaluate(values.expr, values.frame).map(keyText);
      return name === undefined ? [] : [[name.replaceAll('_', '').toLowerCase(), value ?? '?']];
    }),
  );
  const fields = FIELDS.map(
    (name) => given.get(name) ?? (name === 'day' && given.has('weekday') ? '?' : name === 'weekday' && !given.has('weekday') ? '?' : '*'),
  );
  return textOf(`cron(${fields.join(' ')})`);
}

/** Attributes of a construct that are its properties under another name, or stand for itself. */
export function constructAttribute(ev: Evaluation, dict: Dict, name: string): readonly Value[] | undefined {
  const worth = (wanted: string) => dict.entries.findLast(({ keys }) => keys.some((key) => keyText(key) === wanted))?.values;
  const own = worth(name);
  if (own) return ev.evaluate(own.expr, own.frame);
  if (!worth(IDENTITY)) return undefined;
  const path = /^(?:s3_?object_?url)$/i.test(name) ? worth('path') : undefined;
  const itself = /(?:Arn|_arn|Name|_name)$|^(?:ref|attr\w*|name)$/.test(name) && !/bucket/i.test(name) ? worth(IDENTITY) : undefined;
  const found = path ?? itself;
  return found && ev.evaluate(found.expr, found.frame);
}

/** `bucket.s3UrlForObject("jobs/x.py")`. */
export function constructMethod(ev: Evaluation, dict: Dict, name: string, call: BoundCall): readonly Value[] | undefined {
  if (!/^s3_?url_?for_?object$/i.test(name)) return undefined;
  const bucket = (constructAttribute(ev, dict, 'bucketName') ?? constructAttribute(ev, dict, 'bucket_name') ?? []).flatMap(
    (value) => asTemplate(value) ?? [],
  );
  const key = call.args[0] ? firstTexts(ev, call) : [literal('')];
  return product([bucket.length > 0 ? bucket : [holed('config', 'bucket')], key]).map((parts) =>
    text(concat(literal('s3://'), joinText(parts))),
  );
}
