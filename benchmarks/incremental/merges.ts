/** Tables of Delta that are merged into where they are made, by a function that is given them, or by an object that holds them. */
import type { Chance } from '../chance.js';
import { type Kind, LAYERS, NAMES, oneOf } from './kind.js';

export const MERGES: readonly Kind[] = [
  {
    name: 'helpers that merge',
    paths: ['common/merging.py', 'team_a/merging.py'],
    text: (chance) => {
      const on = oneOf(chance, ['t.id = s.id', 't.day = s.day']);
      const merged = `alias("t").merge(df, "${on}").whenMatchedUpdateAll().whenNotMatchedInsertAll().execute()`;
      return (
        'from delta.tables import DeltaTable\nfrom common.settings import ROOT\n' +
        oneOf(chance, [
          `def upsert(table, df):\n    table.${merged}\n`,
          `def upsert(name, df):\n    DeltaTable.forPath(spark, f"{ROOT}/${oneOf(chance, LAYERS)}/{name}").${merged}\n`,
          `def tableOf(name):\n    return DeltaTable.forName(spark, "${oneOf(chance, LAYERS)}." + name)\ndef upsert(table, df):\n    tableOf(table).${merged}\n`,
        ]) +
        `class Merger:\n    def __init__(self, table):\n        self.table = table\n    def run(self, df):\n        self.table.${merged}\n`
      );
    },
  },
  { name: 'jobs that merge', paths: ['jobs/merge.py', 'team_a/merge.py', 'etl/merge.py'], text: mergingText },
];

function mergingText(chance: Chance): string {
  const name = oneOf(chance, NAMES);
  const table = oneOf(chance, [
    `DeltaTable.forPath(spark, ROOT + "/${oneOf(chance, LAYERS)}/${name}")`,
    `DeltaTable.forName(spark, "${oneOf(chance, LAYERS)}.${name}")`,
    `"${name}"`,
  ]);
  const use = oneOf(chance, [
    'upsert(table, df)\n',
    'Merger(table).run(df)\n',
    'class Own(Merger):\n    pass\nOwn(table).run(df)\n',
    'table.alias("t").merge(df, "t.id = s.id").whenMatchedUpdateAll().execute()\n',
    'def batch(rows, number):\n    table.merge(rows, "t.id = s.id").execute()\ndf.writeStream.foreachBatch(batch).start()\n',
    'df = table.toDF()\ndf.write.format("delta").save(ROOT)\n',
  ]);
  const from = oneOf(chance, ['common.merging', '.merging']);
  return `from delta.tables import DeltaTable\nfrom ${from} import upsert, Merger\nfrom common.settings import ROOT\ntable = ${table}\n${use}`;
}
