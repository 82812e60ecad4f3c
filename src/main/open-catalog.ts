/** Who fills `TableCatalog`: the adapter of the catalog's kind, loaded where the settings name one. */
import type { CatalogSettings } from '../core/catalog-settings.js';
import type { TableCatalog } from '../ports.js';

export async function openCatalog(settings: CatalogSettings): Promise<TableCatalog> {
  switch (settings.kind) {
    case 'glue':
      return (await import('../adapters/aws/glue.js')).glueCatalog(settings);
    case 'unity': {
      const token = settings.token_env === undefined ? undefined : process.env[settings.token_env];
      return (await import('../adapters/catalog-rest/unity.js')).unityCatalog(settings, token);
    }
    case 'hive':
      return (await import('../adapters/catalog-rest/hive.js')).hiveCatalog(settings);
  }
}
