/** Every `*cases.md` of the analyzers and the one test that runs it. What no other test names is run as a book of findings, so that none is left out. */
import { projectFiles } from '../project-files.js';

export const DATASETS_BOOK = 'analyzers/datasets-cases.md';
export const EXPLAIN_BOOK = 'analyzers/explain-cases.md';

const IS_DECLARED = /^analyzers\/(?:dbt|dependencies|infrastructure|ownership|schedules)\//;
const BOOKS = projectFiles()
  .filter((path) => path.startsWith('analyzers/') && path.endsWith('cases.md'))
  .toSorted();

export const DECLARED_BOOKS = BOOKS.filter((path) => IS_DECLARED.test(path));
export const FINDINGS_BOOKS = BOOKS.filter((path) => !IS_DECLARED.test(path) && path !== DATASETS_BOOK && path !== EXPLAIN_BOOK);
