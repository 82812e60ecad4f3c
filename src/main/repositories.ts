/** Opens local git repositories at their HEAD and scans each. */
import { basename } from 'node:path';
import { gitText } from '../adapters/git/run.js';
