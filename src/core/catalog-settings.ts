/** §4.4 the table catalogs of production, as the organisation's settings name them. Without one nothing is asked anywhere. */
import * as z from 'zod';
import { CATALOG_NAMES, CATALOG_TIMEOUT_SECONDS } from './numbers.js';

const Word = z.string().regex(/^[A-Za-z0-9_-]{1,128}$/, 'expected letters, digits, _ and -');
const SECURE = /^https:\/\//i;
const LOOPBACK = /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(?:\/|$)/i;

/** An address to which paths are added: it carries no name, password, question or fragment of its own. */
const Address = z
  .string()
  .max(300)
  .regex(/^https?:\/\/[^\s/?#@\\]+(?:\/[^\s?#@\\]*)?$/i, 'expected http(s)://host[:port][/path]');
/** For what carries a secret or an account's tables: in the open only on this machine. */
const SecureAddress = Address.refine((url) => SECURE.test(url) || LOOPBACK.test(url), 'expected https, or http on this machine');

const shared = {
  /** Databases (schemas) that are production; a name in any other is not asked for. `*` stands for any run of characters. */
  databases: z.array(z.string().min(1)).min(1),
  /** The database of a name that says none; without it such a name is not asked for. */
  database: Word.optional(),
  /** What jobs put before the database (`glue_catalog.gold.orders`); a name that begins otherwise is another environment's. */
  called: z.array(Word).default([]),
  timeout_seconds: z.number().positive().max(60).default(CATALOG_TIMEOUT_SECONDS),
  /** Names of one scan that are asked for; those beyond stay names. */
  max_names: z.int().positive().max(10_000).default(CATALOG_NAMES),
};

const Glue = z.strictObject({
  kind: z.literal('glue'),
  region: z.string().regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/, 'expected a region such as eu-central-1'),
  /** The account, where it is not that of the credentials. */
  catalog_id: z
    .string()
    .regex(/^\d{12}(?::[\w./-]+)?$/, 'expected an account number')
    .optional(),
  /** Another address than that of AWS: a VPC endpoint. */
  endpoint: SecureAddress.optional(),
  ...shared,
});
const Unity = z.strictObject({
  kind: z.literal('unity'),
  url: SecureAddress,
  /** The catalog that is production. */
  catalog: Word,
  /** The environment variable that holds the token; absent, none is sent. */
  token_env: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]*$/, 'expected the name of an environment variable')
    .optional(),
  ...shared,
});
/** The metastore through its REST door, WebHCat. */
const Hive = z.strictObject({
  kind: z.literal('hive'),
  url: Address,
  /** `user.name`, where WebHCat asks for one. */
  user: Word.optional(),
  ...shared,
});

export const CatalogSettings = z.discriminatedUnion('kind', [Glue, Unity, Hive]);
export type CatalogSettings = z.infer<typeof CatalogSettings>;
export type GlueSettings = z.infer<typeof Glue>;
export type UnitySettings = z.infer<typeof Unity>;
export type HiveSettings = z.infer<typeof Hive>;

/** What it is called in a sentence. */
export function catalogTitle(settings: CatalogSettings): string {
  if (settings.kind === 'glue') return `the Glue Data Catalog in ${settings.region}`;
  if (settings.kind === 'unity') return `the Unity Catalog ${settings.catalog}`;
  return 'the Hive metastore';
}
