/** One worker of the pool: opens its own parser, then answers each job with packed facts. */
import { parentPort } from 'node:worker_threads';
import { factsText, type PythonJob } from '../../../analyzers/syntax/extract.js';
import { openParser } from './parse.js';

const parse = await openParser();

/** Answers come in the order of the jobs, so that whoever waits knows which of them hangs. */
parentPort?.on('message', (job: PythonJob) => {
  parentPort?.postMessage(factsText(job, parse));
});
parentPort?.postMessage('ready');
