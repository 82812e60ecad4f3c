/** §4.1 Where a module of Terraform lies, and what it hands out. */
import { member } from './terraform-blocks.js';
import { isText, type Told } from './told.js';

/** The folder that a module's block names, where it lies in the repository. */
export function moduleFolder(from: string, body: unknown): string | undefined {
  const source = member(body, 'source');
  if (typeof source !== 'string' || !source.startsWith('.')) return undefined;
  const parts: string[] = from === '' ? [] : from.split('/');
  for (const part of source.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

/** Modules of the registry that hand out what they are given. */
const PUBLIC: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'terraform-aws-modules/s3-bucket/aws': { s3_bucket_id: 'bucket' },
};

/** The argument of a public module that stands behind its output. */
export function argumentBehind(body: unknown, output: string): string | undefined {
  const source = String(member(body, 'source')).replace(/^registry\.terraform\.io\//, '');
  const handed = Object.hasOwn(PUBLIC, source) ? PUBLIC[source] : undefined;
  return handed && Object.hasOwn(handed, output) ? handed[output] : undefined;
}

/** Made for each of several: which one is meant is not known. */
export function isManyTimes(body: unknown): boolean {
  return member(body, 'for_each') !== undefined;
}

/** A text that names no block: what a block is called stays its address, by which others find it. */
export function isSaid(told: Told | undefined): boolean {
  return isText(told) && !told.parts.some((part) => typeof part !== 'string' && /^(?:module|aws_\w+|databricks_\w+)\./.test(part.name));
}
