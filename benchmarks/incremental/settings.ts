/** Settings files with the programs that read them: put together by Hydra, or opened by their names. */
import type { Chance } from '../chance.js';
import { type Kind, LAYERS, NAMES, oneOf } from './kind.js';

const LAKES = ['aws', 'other'] as const;
/** Of a list of defaults. */
const ENTRIES = ['lake: aws', 'lake: other', 'override lake: aws', '/lake@second: other', 'lake: missing'] as const;

export const SETTINGS: readonly Kind[] = [
  {
    name: 'configs of Hydra',
    paths: ['conf/config.yaml'],
    text: (chance) => {
      const defaults = [oneOf(chance, ENTRIES), ...(chance() < 0.4 ? [oneOf(chance, ENTRIES)] : []), ...(chance() < 0.5 ? ['_self_'] : [])];
      const list = defaults.map((entry) => `  - ${entry}\n`).join('');
      return `defaults:\n${list}out: \${lake.root}/${oneOf(chance, LAYERS)}/${oneOf(chance, NAMES)}\nday: ???\nlake:\n  region: ${oneOf(chance, ['eu', 'us'])}\n`;
    },
  },
  {
    name: 'groups of Hydra',
    paths: ['conf/lake/aws.yaml', 'conf/lake/other.yaml'],
    text: (chance) =>
      `root: s3://${oneOf(chance, [`\${lake.region}-shop`, 'shop', 'lake'])}\nregion: ${oneOf(chance, ['eu', 'us'])}\ntables: [${NAMES.filter(() => chance() < 0.5).join(', ')}]\n`,
  },
  { name: 'programs of Hydra', paths: ['jobs/train.py', 'train.py'], text: hydraText },
  {
    name: 'settings that a program opens',
    paths: ['conf/jobs.yml', 'etl/jobs.json', 'jobs.toml'],
    text: (chance) => {
      const path = `s3://${oneOf(chance, ['lake', 'shop'])}/${oneOf(chance, LAYERS)}/${oneOf(chance, NAMES)}`;
      return oneOf(chance, [`{ "write": { "path": "${path}" } }\n`, `[write]\npath = "${path}"\n`, `write:\n  path: ${path}\n`]);
    },
  },
  { name: 'programs that open settings', paths: ['etl/configured.py', 'jobs/configured.py'], text: openingText },
];

function hydraText(chance: Chance): string {
  const folder = oneOf(chance, ['conf', '../conf']);
  const target = oneOf(chance, ['cfg.out', 'f"{cfg.out}/day={cfg.day}"', 'f"{cfg.lake.root}/x"', 'f"{cfg.second.root}/y"']);
  return (
    `import hydra\nfrom omegaconf import OmegaConf\n@hydra.main(version_base=None, config_path="${folder}", config_name="config")\n` +
    `def main(cfg):\n    df.write.parquet(${target})\n` +
    (chance() < 0.5
      ? `loaded = OmegaConf.load("conf/lake/${oneOf(chance, LAKES)}.yaml")\nfor name in loaded.tables:\n    df.write.parquet(loaded.root + "/" + name)\n`
      : '')
  );
}

function openingText(chance: Chance): string {
  const read = oneOf(chance, [
    'import yaml\nwith open("conf/jobs.yml") as f:\n    config = yaml.safe_load(f)\n',
    'import json\nfrom pathlib import Path\nconfig = json.loads((Path(__file__).parent / "jobs.json").read_text())\n',
    'import tomllib\nwith open("jobs.toml", "rb") as f:\n    config = tomllib.load(f)\n',
  ]);
  return `${read}from common.io import publish\ndf.write.parquet(config["write"]["path"])\npublish(df, config["write"]["path"])\n`;
}
