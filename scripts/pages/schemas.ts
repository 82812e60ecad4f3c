/** The published JSON Schemas, made from the zod schemas: `schemas/<name>.schema.json`. */
import * as z from 'zod';
import { DOCUMENTS, schemaUrl } from '../../src/core/artifacts/schema-names.js';
import { Settings } from '../../src/core/settings.js';
import type { Page } from '../page.js';

export function pages(): readonly Page[] {
  return [
    ...DOCUMENTS.map(({ name, title, schema }) => page(name, title, z.toJSONSchema(schema))),
    page('autopilot', 'autopilot.yml: an organisation’s settings', z.toJSONSchema(Settings, { io: 'input' })),
  ];
}

function page(name: string, title: string, schema: object): Page {
  const document = { $id: schemaUrl(name), title, $comment: 'Generated: npm run golden.', ...schema };
  return { path: `schemas/${name}.schema.json`, content: `${JSON.stringify(document, undefined, 2)}\n` };
}
