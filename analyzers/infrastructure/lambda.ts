/** §4.1 A function of Lambda as a job: the file that its handler stands in, with its environment. */
import { printTemplate } from '../templates/template.js';
import { argumentsIn, printed } from './called.js';
import type { JobFacts } from './facts.js';
import { isText, type Told, textIn } from './told.js';

export type LambdaFunction = Pick<JobFacts, 'at' | 'names' | 'way'> & {
  /** Where its code lies in the repository; of code that is packed elsewhere nobody knows. */
  readonly folder: string | undefined;
  /** `package/module.function`, with dots or slashes between folders. */
  readonly handler: Told | undefined;
  readonly runtime: Told | undefined;
  readonly environment: Told | undefined;
};

export function lambdaJobs({ folder, handler, runtime, environment, ...job }: LambdaFunction): readonly JobFacts[] {
  const [, module, entry] = /^([\w./-]+)\.(\w+)$/.exec(printed(handler)) ?? [];
  const language = printed(runtime);
  if (folder === undefined || module === undefined || entry === undefined || !/^(?:python|\{|$)/.test(language)) return [];
  const script = [...folder.split('/'), ...module.split(/[./]/)].filter((part) => part !== '' && part !== '.').join('/');
  return [{ ...job, script: `${script}.py`, entry, arguments: new Map(), environment: argumentsIn(environment) }];
}

/** A folder that is told as text, whatever is packed out of it. */
export function folderIn(told: Told | undefined): string | undefined {
  const text = isText(told) ? told : textIn(told);
  const path = text && printTemplate(text);
  return path === undefined || /[:{]|\.(?:zip|jar)$/.test(path) ? undefined : path;
}
