/** §6.2 the three files that a branch asks people to approve, each whole and about this dataset, or the file and the field that are not. */
import { Baseline } from '../core/artifacts/baseline.js';
import { DatasetManifest } from '../core/artifacts/dataset-manifest.js';
import { PolicyBundle } from '../core/artifacts/policy-bundle.js';
import { DOCUMENTS } from '../core/document-keys.js';
import { type Json, parseJson, toJson } from '../core/json.js';
import { ProblemError } from '../core/problem.js';
import type { ChangedFile, FileEdit } from '../core/pull-request.js';
import { readStrictYaml } from '../core/signing/strict-yaml.js';
import type { DatasetUrn } from '../core/urn.js';
import type { Tier } from '../core/vocabulary.js';

/** The dataset that the branch is about, and its folder in the repository. */
export type Expected = { readonly urn: DatasetUrn; readonly tier: Tier; readonly folder: string };

type JudgedDocuments = {
  readonly file: FileEdit;
  /** The bundle as its digest is made over. */
  readonly document: Json;
  readonly bundle: PolicyBundle;
  readonly manifest: DatasetManifest;
};

/** People may change all of it; what they leave must be what a merge can put in force. */
export function readJudged(files: readonly ChangedFile[], { urn, tier, folder }: Expected): JudgedDocuments {
  const allowed: readonly string[] = Object.values(DOCUMENTS).map((name) => `${folder}/${name}`);
  const stranger = files.find(({ path, mode }) => !allowed.includes(path) || mode !== '100644');
  if (stranger)
    throw unfit(`The branch also changes ${stranger.path}, and only the plain files ${allowed.join(', ')} may be merged from it.`);
  const file = fileAt(files, `${folder}/${DOCUMENTS.bundle}`);
  const document = readDocument(file);
  const bundle = valid(PolicyBundle.safeParse(document), file);
  const manifestFile = fileAt(files, `${folder}/${DOCUMENTS.manifest}`);
  const manifest = valid(DatasetManifest.safeParse(readDocument(manifestFile)), manifestFile);
  const baselineFile = fileAt(files, `${folder}/${DOCUMENTS.baseline}`);
  const stored = parseJson(baselineFile.content);
  if (stored === undefined) throw unfit(`${baselineFile.path} is not valid JSON.`);
  const baseline = valid(Baseline.safeParse(stored), baselineFile);
  ofDataset(manifestFile, manifest.urn, urn);
  ofDataset(baselineFile, baseline.dataset_urn, urn);
  ofDataset(file, bundle.dataset_urn, urn);
  if (manifest.tier !== tier)
    throw unfit(
      `${manifestFile.path} says ${manifest.tier}, and the dataset is ${tier}: tiers come from critical-datasets.yaml and consumers.`,
    );
  if (!bundle.security.validation_enabled)
    throw unfit(`${file.path} switches validation off (security.validation_enabled): the gateway does not sign that.`);
  knowsItsColumns(file, bundle, baseline);
  return { file, document: toJson(document), bundle, manifest };
}

function ofDataset(file: FileEdit, said: string, urn: DatasetUrn): void {
  if (said !== urn) throw unfit(`${file.path} is about ${said}, not ${urn}.`);
}

/** A rule about a column that the data does not have would fail on every run, or never be looked at. */
function knowsItsColumns(file: FileEdit, bundle: PolicyBundle, baseline: Baseline): void {
  if (!baseline.schema) return;
  const columns = new Set(baseline.schema.columns.map(({ name }) => name));
  const named = [...bundle.contract_lite.required_fields, ...bundle.schema.constraints.map(({ field }) => field)];
  const unknown = named.find((name) => !columns.has(name));
  if (unknown !== undefined) throw unfit(`${file.path} has a rule about ${unknown}, and the data has no such column.`);
}

function fileAt(files: readonly FileEdit[], path: string): FileEdit {
  const file = files.find((edit) => edit.path === path);
  if (file) return file;
  throw new ProblemError({ kind: 'usage', what: `The branch holds no ${path}.`, remedy: 'Put it back and approve again.' });
}

function readDocument(file: FileEdit) {
  const read = readStrictYaml(file.content, file.path);
  if (read.ok) return read.value;
  throw new ProblemError({ ...read.problem, remedy: `${read.problem.remedy} Then approve again.` });
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
