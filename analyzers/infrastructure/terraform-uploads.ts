/** §4.1 The file of the repository that Terraform puts where a job finds its script. */
import { printTemplate, type Template } from '../templates/template.js';
import { at, type Told, textIn } from './told.js';

/** As Terraform prints them: a file under its key. */
export type Upload = { readonly key: string; readonly source: string };

export const UPLOADS: ReadonlySet<string> = new Set(['aws_s3_object', 'aws_s3_bucket_object']);

export function uploadOf(told: Told): readonly Upload[] {
  const [key, source] = [textIn(at(told, 'key')), textIn(at(told, 'source'))];
  return key && source ? [{ key: printTemplate(key), source: printTemplate(source) }] : [];
}

/** One upload for each of several files is `key = "jobs/${each.value}"`: what fits there stands in the source too. */
type Form = Upload & { readonly hole: string; readonly before: string; readonly after: string };
export type Uploads = { readonly byKey: ReadonlyMap<string, ReadonlySet<string>>; readonly forms: readonly Form[] };

const SCRIPT = /\.(?:py|ipynb|scala)$/;
/** Nobody writes down as many: each is held against the script of each job. */
const MAX_FORMS = 200;
/** A key lies in. */
const MAX_FOLDERS = 30;

export function uploadsOf(uploads: readonly Upload[]): Uploads {
  const byKey = new Map<string, Set<string>>();
  for (const { key, source } of uploads) byKey.set(key, (byKey.get(key) ?? new Set()).add(source));
  const forms = new Map(uploads.map((upload) => [`${upload.key}\n${upload.source}`, upload]));
  return { byKey, forms: [...forms.values()].flatMap(formOf).slice(0, MAX_FORMS + 1) };
}

function formOf({ key, source }: Upload): readonly Form[] {
  const holes = key.match(/\{[^{}]*\}/g) ?? [];
  const [hole = ''] = holes;
  if (holes.length !== 1 || !source.includes(hole)) return [];
  const [before = '', after = ''] = key.split(hole);
  return [{ key, source, hole, before, after }];
}

/** Where the script lies in the repository, if one file is uploaded to that place; else its place as it is told. */
export function scriptIn(script: Template, { byKey, forms }: Uploads, root: string): string {
  const place = printTemplate(script);
  const starts = [...place.matchAll(/^|(?<=\/)/g)].map(({ index }) => index);
  const keys = starts.slice(-MAX_FOLDERS).map((index) => place.slice(index));
  const named = keys.flatMap((key) => [...(byKey.get(key) ?? [])]);
  const fitting = forms.length > MAX_FORMS ? [] : forms.flatMap((form) => (keys.includes(form.key) ? [] : (sourceAt(place, form) ?? [])));
  const sources = new Set([...named, ...fitting].filter((source) => SCRIPT.test(source)));
  const [source] = sources;
  return source === undefined || sources.size > 1 ? place : fromRoot(source, root);
}

function sourceAt(place: string, { source, hole, before, after }: Form): string | undefined {
  const from = before === '' ? place.lastIndexOf('/') + 1 : place.lastIndexOf(`/${before}`) + 1 + before.length;
  const fits = from > before.length && place.endsWith(after) && place.length - after.length > from;
  const value = place.slice(from, place.length - after.length);
  return fits && !/[/{]/.test(value) ? source.replaceAll(hole, value) : undefined;
}

/** A path of its own module begins with a slash; another begins where Terraform is run. */
export function fromRoot(source: string, root: string): string {
  const parts: string[] = [];
  for (const part of (source.startsWith('/') ? source : `${root}/${source}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
