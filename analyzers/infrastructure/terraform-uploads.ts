/** §4.1 The file of the repository that Terraform puts where a job finds its script. */
import { printTemplate, type Template } from '../targets/template.js';
import { at, type Told, textIn } from './told.js';

/** As Terraform prints them: a file under its key. */
export type Upload = { readonly key: string; readonly source: string };

export const UPLOADS: ReadonlySet<string> = new Set(['aws_s3_object', 'aws_s3_bucket_object']);

export function uploadOf(told: Told): readonly Upload[] {
  const [key, source] = [textIn(at(told, 'key')), textIn(at(told, 'source'))];
  return key && source ? [{ key: printTemplate(key), source: printTemplate(source) }] : [];
}

/** Where the script lies in the repository, if one file is uploaded to that place; else its place as it is told. */
export function scriptIn(script: Template, uploads: readonly Upload[], root: string): string {
  const place = printTemplate(script);
  const sources = new Set(
    uploads.flatMap((upload) => sourceAt(place, upload) ?? []).filter((source) => /\.(?:py|ipynb|scala)$/.test(source)),
  );
  const [source] = sources;
  return source === undefined || sources.size > 1 ? place : fromRoot(source, root);
}

/** One upload for each of several files is `key = "jobs/${each.value}"`: what fits there stands in the source too. */
function sourceAt(place: string, { key, source }: Upload): string | undefined {
  if (place === key || place.endsWith(`/${key}`)) return source;
  const holes = key.match(/\{[^{}]*\}/g) ?? [];
  const [hole = ''] = holes;
  if (holes.length !== 1 || !source.includes(hole)) return undefined;
  const [before = '', after = ''] = key.split(hole);
  const from = before === '' ? place.lastIndexOf('/') + 1 : place.lastIndexOf(`/${before}`) + 1 + before.length;
  const fits = from > before.length && place.endsWith(after) && place.length - after.length > from;
  const value = place.slice(from, place.length - after.length);
  return fits && !/[/{]/.test(value) ? source.replaceAll(hole, value) : undefined;
}

/** A path of its own module begins with a slash; another begins where Terraform is run. */
function fromRoot(source: string, root: string): string {
  const parts: string[] = [];
  for (const part of (source.startsWith('/') ? source : `${root}/${source}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}
