/** The Python environments hold what their requirement files say, and nothing is left out in silence. */
import { execFileSync } from 'node:child_process';
import { afterEach, describe, expect, test } from 'vitest';
import { python, pythonParts } from './python.js';

const version = (of: string) => `from importlib.metadata import version; print(version("${of}").split(".")[0])`;
const probes: Readonly<Record<string, string>> = {
  airflow2: version('apache-airflow'),
  airflow3: version('apache-airflow'),
  dbt: version('dbt-core'),
  jose: 'import cryptography, jwcrypto.jws; print("ready")',
  moto: 'import moto.server; from moto.glue.models import GlueBackend; print("ready")',
  yaml: 'import rfc8785, yaml; print(rfc8785.dumps({"b": 1, "a": yaml.safe_load("[1, x]")}).decode())',
};
const answers: Readonly<Record<string, string>> = {
  airflow2: '2',
  airflow3: '3',
  dbt: '1',
  jose: 'ready',
  moto: 'ready',
  yaml: '{"a":[1,"x"],"b":1}',
};

test('every requirements file has a probe', () => {
  expect([...pythonParts()].sort()).toEqual(Object.keys(probes).sort());
});

describe.each(Object.entries(probes))('%s', (name, program) => {
  const found = python(name);
  test.runIf('executable' in found)('imports what was pinned', () => {
    if (!('executable' in found)) throw new Error(found.leftOut);
    expect(execFileSync(found.executable, ['-c', program], { encoding: 'utf8' }).trim()).toBe(answers[name]);
  });
});

describe('an environment that was never made', () => {
  const before = process.env.CI;
  afterEach(() => {
    if (before === undefined) delete process.env.CI;
    else process.env.CI = before;
  });

  test('is left out with the command that makes it', () => {
    delete process.env.CI;
    expect(python('no-such-part')).toEqual({ leftOut: expect.stringContaining('npm run setup:python') });
  });

  test('is a failure in CI', () => {
    process.env.CI = 'true';
    expect(() => python('no-such-part')).toThrow('no-such-part');
  });
});
