/** §6.2 the three files that a branch asks people to approve, each whole and about this dataset, or the file and the field that are not. */
import { Baseline } from '../core/artifacts/baseline.js';
import { DatasetManifest } from '../core/artifacts/dataset-manifest.js';
import { PolicyBundle } from '../core/artifacts/policy-bundle.js';
import { DOCUMENTS } from '../core/document-keys.js';
import { type Json, toJson } from '../core/json.js';
import { ProblemError } from '../core/problem.js';
import type { FileEdit } from '../core/pull-request.js';
import { readStrictYaml } from '../core/signing/strict-yaml.js';
import type { DatasetUrn } from '../core/urn.js';

type JudgedDocuments = {
  readonly file: FileEdit;
  /** The bundle as its digest is made over. */
  readonly document: Json;
  readonly bundle: PolicyBundle;
  readonly manifest: DatasetManifest;
};

/** People may change all of it; what they leave must be what a merge can put in force. */
export function readJudged(files: readonly ChangedFile[], urn: DatasetUrn, folder: string): JudgedDocuments {
  const stranger = files.find(({ path, mode }) => !path.startsWith(`${folder}/`) || mode !== '100644');
  if (stranger) throw unfit(`The branch also changes ${stranger.path}, and only plain files below ${folder}/ may be merged from it.`);
  const file = fileNamed(files, DOCUMENTS.bundle);
  const document = readDocument(file);
  const bundle = valid(PolicyBundle.safeParse(document), file);
  const manifestFile = fileNamed(files, DOCUMENTS.manifest);
  const manifest = valid(DatasetManifest.safeParse(readDocument(manifestFile)), manifestFile);
  const baselineFile = fileNamed(files, DOCUMENTS.baseline);
  const baseline = valid(Baseline.safeParse(jsonOf(baselineFile)), baselineFile);
  ofDataset(manifestFile, manifest.urn, urn);
  ofDataset(baselineFile, baseline.dataset_urn, urn);
  return { file, document: toJson(document), bundle, manifest };
}

function ofDataset(file: FileEdit, said: string, urn: DatasetUrn): void {
  if (said !== urn) throw unfit(`${file.path} is about ${said}, not ${urn}.`);
}

function fileNamed(files: readonly FileEdit[], name: string): FileEdit {
  const file = files.find((edit) => edit.path.endsWith(`/${name}`));
  if (file) return file;
  throw new ProblemError({ kind: 'usage', what: `The branch holds no ${name}.`, remedy: 'Put it back and approve again.' });
}

function readDocument(file: FileEdit) {
  const read = readStrictYaml(file.content, file.path);
  if (read.ok) return read.value;
  throw new ProblemError({ ...read.problem, remedy: `${read.problem.remedy} Then approve again.` });
}

function jsonOf(file: FileEdit): unknown {
  try {
    return JSON.parse(file.content);
  } catch {
    throw unfit(`${file.path} is not valid JSON.`);
  }
}

type Parsed<T> =
  | { readonly success: true; readonly data: T }
  | {
      readonly success: false;
      readonly error: { readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[] };
    };

function valid<T>(result: Parsed<T>, file: FileEdit): T {
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw unfit(`${file.path} is not valid at ${issue?.path.join('.') || 'the top'}: ${issue?.message ?? 'unknown'}.`);
}

function unfit(what: string): ProblemError {
  return new ProblemError({ kind: 'usage', what, remedy: 'Mend it on the branch and approve again.' });
}
