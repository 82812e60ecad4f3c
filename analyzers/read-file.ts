/** §4.1 What kind of reading a file gets, by its path alone. */
import type { PythonKind } from './python/source.js';

/**
 * Folders that hold no code of the repository's own. What others wrote lies in a folder of its own below `vendor`, or in the one at
 * the root; a file right in another is the repository's, which deals with vendors.
 */
const FOREIGN = /(?:^|\/)(?:\.git|node_modules|\.venv|venv|site-packages|__pycache__|\.tox|\.mypy_cache|vendor\/[^/]+)\/|^vendor\//;
const GENERATED = /_pb2(?:_grpc)?\.pyi?$/;

export function pythonKind(path: string): PythonKind | undefined {
  if (FOREIGN.test(path) || GENERATED.test(path)) return undefined;
  if (path.endsWith('.py')) return 'py';
  return path.endsWith('.ipynb') ? 'ipynb' : undefined;
}
