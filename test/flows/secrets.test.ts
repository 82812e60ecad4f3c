/** Whoever writes a secret into code: a scan says where its data lies, and shows the secret nowhere. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openHcl } from '../../src/adapters/hcl.js';
import { NO_CACHE } from '../../src/adapters/local/facts-cache.js';
import { openFolderSource } from '../../src/adapters/local/folder-source.js';
import { openJinja } from '../../src/adapters/minijinja/engine.js';
import { pythonReader } from '../../src/adapters/tree-sitter/read-python.js';
import { printJsonDocument } from '../../src/cli/output.js';
import { scanExplained } from '../../src/flows/scan-repo.js';
import { openTypeScript } from '../../src/main/read-typescript.js';

const JOB = `
orders.to_parquet("s3://ACCESSID:Zm9yZ290dGVu1@shop/orders")
orders.to_csv("https://store.example/orders.csv?sig=Zm9yZ290dGVu2")
orders.to_parquet(place_of(password="Zm9yZ290dGVu3"))
BASE = "abfss://gold@shop.dfs.core.windows.net"
orders.write.parquet(BASE + "/stock?sig=Zm9yZ290dGVu4")
`;
const DAG = `
from airflow import DAG
with DAG("orders", schedule=read_from(token="Zm9yZ290dGVu5")):
    pass
`;

test('no secret of the code is in what a scan says', async () => {
  const root = mkdtempSync(join(tmpdir(), 'sf-secrets-'));
  mkdirSync(join(root, 'dags'));
  writeFileSync(join(root, 'job.py'), JOB);
  writeFileSync(join(root, 'dags/orders.py'), DAG);
  const ports = {
    ...{ facts: NO_CACHE, readPython: pythonReader().read, openJinja },
    ...{ parseHcl: openHcl(), readTypeScript: openTypeScript() },
  };
  const { facts, explained } = await scanExplained(await openFolderSource(root), ports, { explains: true });
  expect(facts.writes.flatMap(({ targets }) => targets)).toEqual([
    's3://shop/orders',
    'https://store.example/orders.csv?sig={secret}',
    '{place_of}',
    'abfss://gold@shop.dfs.core.windows.net/stock?sig={secret}',
  ]);
  expect(facts.unresolved.map(({ text }) => text)).toContain('orders.to_parquet(place_of(password="{secret}"))');
  expect(facts.schedules).toHaveLength(1);
  expect(JSON.stringify([facts, [...explained.values()]])).not.toContain('Zm9yZ290dGVu');
});

test('a document leaves no sign as it is that moves the cursor or turns a line', () => {
  let printed = '';
  printJsonDocument(
    { out: (text) => (printed += text), err: () => undefined, interactive: false },
    { name: 'a\u009bb\u202ec\u2066d\u001be' },
  );
  expect(printed).toBe('{\n  "name": "a\\u009bb\\u202ec\\u2066d\\u001be"\n}\n');
  expect(JSON.parse(printed)).toEqual({ name: 'a\u009bb\u202ec\u2066d\u001be' });
});
