/** §4.3 The registry: which reader knows which calls. Every reader is asked about every call whose name is in the table of verbs. */
import { glueSites } from './glue/sites.js';
import { deltalakeSites } from './python/deltalake.js';
import { icebergSites } from './python/iceberg.js';
import { pythonSites } from './python/sites.js';
import type { SiteReader } from './site.js';
import { sparkSites } from './spark/sites.js';
import { sqlSites } from './spark/sql.js';

export const SITE_READERS: readonly SiteReader[] = [sparkSites, sqlSites, pythonSites, icebergSites, deltalakeSites, glueSites];
