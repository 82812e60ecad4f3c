/** Python sources to facts: in this process while they are few, over two workers when they are many. */
import { extractPython } from '../../../analyzers/python/extract.js';
import type { ReadPython } from '../../flows/scan-repo.js';
import { openParser } from './parse.js';

/** The parser is opened with the first job: a scan that finds everything in the cache needs none. */
export function pythonReader(): ReadPython {
  let parser: ReturnType<typeof openParser> | undefined;
  return async (jobs) => {
    if (jobs.length === 0) return [];
    parser ??= openParser();
    const parse = await parser;
    return jobs.map(({ kind, bytes }) => extractPython(kind, bytes, parse));
  };
}
