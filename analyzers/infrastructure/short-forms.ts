/** §4.1 CloudFormation's short forms in YAML: `!Ref x` is `{Ref: x}`, `!Sub …` is `{'Fn::Sub': …}`. */
import { isMap, isSeq, Pair, Scalar, YAMLMap } from 'yaml';
import type { Tags } from '../documents/yaml.js';

const NAMES = ['Ref', 'Sub', 'GetAtt', 'Join', 'If', 'FindInMap', 'ImportValue', 'Select', 'Split', 'Base64'];

export const SHORT_FORMS: Tags = NAMES.flatMap((name) => {
  const key = name === 'Ref' ? name : `Fn::${name}`;
  const long = (value: unknown): YAMLMap => {
    const map = new YAMLMap();
    map.items.push(new Pair(new Scalar(key), value));
    return map;
  };
  return [
    { tag: `!${name}`, resolve: (value) => ({ [key]: value }) },
    { tag: `!${name}`, collection: 'seq' as const, resolve: (value: unknown) => (isSeq(value) ? long(value) : value) },
    { tag: `!${name}`, collection: 'map' as const, resolve: (value: unknown) => (isMap(value) ? long(value) : value) },
  ];
});
