/** The table of verbs in the words of the peers, so that all look for the same writes. */
import { FRAME_METHODS } from '../../analyzers/python/frame-verbs.js';
import { SPARK_WRITE } from '../../analyzers/python/spark-verbs.js';
import { DISTINCT_NAMES, GLUE_VERBS, MODULE_FUNCTIONS } from '../../analyzers/python/verbs.js';

const lastName = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
const written = Object.entries({ ...FRAME_METHODS, ...MODULE_FUNCTIONS }).filter(([, { effect }]) => effect === 'write');

const distinct = new Set(DISTINCT_NAMES);

/**
 * `endings` count behind one of the `properties` alone. What is a write behind its module alone (`dlt.table`) is left out: whoever
 * looks at names takes every table of SQLAlchemy for one.
 */
export const WRITES = {
  methods: [
    ...new Set([
      ...written.map(([name]) => lastName(name)).filter((name) => distinct.has(name)),
      ...Object.keys(GLUE_VERBS).filter((name) => GLUE_VERBS[name] === 'write'),
      'writeFrame',
      'saveAsTable',
      'insertInto',
    ]),
  ].toSorted(),
  endings: Object.keys(SPARK_WRITE).toSorted(),
  properties: ['write', 'writeStream'],
};

export function astGrepRule(): string {
  const names = DISTINCT_NAMES.toSorted().join('|');
  const rule = {
    kind: 'call',
    has: { field: 'function', regex: `(^|\\.)(${names})$|\\.write(Stream)?\\b[\\s\\S]*\\.(${WRITES.endings.join('|')})$` },
  };
  return JSON.stringify({ id: 'data', language: 'python', severity: 'info', message: 'data', rule });
}

export function semgrepRule(): string {
  const patterns = [
    ...DISTINCT_NAMES.toSorted().flatMap((name) => [`${name}(...)`, `$X.${name}(...)`]),
    ...WRITES.properties.flatMap((property) => WRITES.endings.map((name) => `$X.${property}. ... .${name}(...)`)),
  ].map((pattern) => ({ pattern }));
  return JSON.stringify({ rules: [{ id: 'data', languages: ['python'], severity: 'INFO', message: 'data', 'pattern-either': patterns }] });
}
