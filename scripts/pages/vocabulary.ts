/** §4.4, §6.5, §3.1 docs/vocabulary.md from the closed word lists. */
import { FORMAT_OF_SCAN } from '../../src/core/scan-words.js';
import * as vocabulary from '../../src/core/vocabulary.js';
import { code, type Page, page, table } from '../page-markdown.js';

export function pages(): readonly Page[] {
  const lists = Object.entries(vocabulary).map(([name, words]) => [name.toLowerCase().replaceAll('_', ' '), words.map(code).join(' ')]);
  const words = (map: Readonly<Record<string, string | undefined>>) =>
    Object.entries(map)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([scan, word]) => [code(scan), word === undefined ? 'none' : code(word)]);
  return [
    page(
      'docs/vocabulary.md',
      'Vocabulary',
      'Every closed list of words, as documents and commands spell them.',
      table(
        ['list', 'words'],
        lists.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)),
      ),
      '## Formats: `sf scan` and dataset.yaml',
      table(['`sf scan`', 'dataset.yaml'], words(FORMAT_OF_SCAN)),
    ),
  ];
}
