/** One worker of the pool: opens its own parser, then answers each job with packed facts. */
import { parentPort } from 'node:worker_threads';
import { extractPython, type PythonJob } from '../../../analyzers/python/extract.js';
import { packFacts } from '../../../analyzers/python/packed.js';
import { openParser } from './parse.js';

const parse = await openParser();

/** Answers come in the order of the jobs, so that whoever waits knows which of them hangs. */
parentPort?.on('message', (job: PythonJob) => {
  parentPort?.postMessage(packFacts(extractPython(job.kind, job.bytes, parse)));
});
parentPort?.postMessage('ready');
