/**
 * Who may import whom (docs/architecture.md, "The dependency rule"). Each zone lists what it may import; all else is an error.
 * Type imports count as imports. `scripts/check-dependencies.ts` runs this and asserts that every source file was seen.
 */
const CORE = '^src/core/';
const PORTS = '^src/ports\\.ts$';
const FLOWS = '^src/flows/';
const ENGINE = '^src/engine/';
const ANALYZERS = '^analyzers/';
const GENERATORS = '^generators/';
/** The three files any adapter may use: the one place that starts git, git's name of bytes, the one place that opens a database. */
const FOUNDATIONS = ['^src/adapters/git/(?:run|blob-id)\\.ts$', '^src/adapters/local/sqlite\\.ts$'];
/** What any room of the analyzers may use. */
const ROOMLESS = ['^analyzers/(?:fault|flaw|once|pairs)\\.ts$'];
/** Built-ins of Node are written with their prefix (biome sees to it), but are resolved without. */
const BUILT_IN = { dependencyTypesNot: ['core'] };

const npm = (...names) => names.map((name) => `(^|/)node_modules/(@types/)?${name}/`);

/** Everything in `from` may import only what matches `allowed` (and, with `builtIns`, Node). */
function zone(name, from, allowed, { except = [], builtIns = false } = {}) {
  return {
    name,
    severity: 'error',
    from: { path: from, pathNot: except },
    to: { pathNot: allowed, ...(builtIns ? BUILT_IN : {}) },
  };
}

/** `packages` are imported by nobody but `owners`. */
function vendor(name, packages, owners) {
  return { name: `vendor-${name}`, severity: 'error', from: { pathNot: [...owners, '^test/'] }, to: { path: npm(...packages) } };
}

module.exports = {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    // Built-ins with a prefix may be younger than the Node that looks: `node:sqlite` is unknown to 20.
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^node:' } },
    {
      name: 'shipped-code-needs-shipped-packages',
      severity: 'error',
      from: { path: '^(src|analyzers|generators)/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },

    zone('core-is-pure', CORE, [CORE, ...npm('zod', 'canonicalize')], {
      except: ['^src/core/signing/', '^src/core/fingerprint\\.ts$'],
    }),
    zone('core-signing', '^src/core/signing/', [CORE, '^(node:)?crypto$', ...npm('zod', 'canonicalize', 'yaml')]),
    zone('core-fingerprint', '^src/core/fingerprint\\.ts$', [CORE, '^(node:)?crypto$', ...npm('zod', 'canonicalize')]),

    zone('analyzers-are-pure', ANALYZERS, [
      CORE,
      ANALYZERS,
      ...npm('zod', 'yaml', 'smol-toml', 'croner', 'minijinja-js', 'web-tree-sitter', '@polyglot-sql/[^/]+', 'ts-morph', '@cdktn/[^/]+'),
    ]),
    // The rooms of one file alone come first: who reads its tree imports its facts, and they import neither trees nor values over files.
    zone('facts-of-one-file', '^analyzers/python/', [CORE, '^analyzers/(python|notebooks)/', ...ROOMLESS]),
    zone('tree-of-one-file', '^analyzers/syntax/', ['^analyzers/(syntax|python)/', ...ROOMLESS]),
    {
      name: 'two-runtimes-never-meet',
      severity: 'error',
      from: { path: '^analyzers/runtimes/([^/]+)/' },
      to: { path: '^analyzers/runtimes/[^/]+/', pathNot: '^analyzers/runtimes/$1/' },
    },
    zone('generators-are-pure', GENERATORS, [CORE, GENERATORS], { except: ['^generators/render/'] }),
    zone('generators-render', '^generators/render/', [CORE, GENERATORS, ...npm('yaml')]),

    zone('ports-are-types', PORTS, [CORE]),
    zone('flows-reach-the-world-through-ports', FLOWS, [CORE, PORTS, FLOWS, ANALYZERS, GENERATORS, ...npm('zod')]),
    zone('engine', ENGINE, [CORE, PORTS, FLOWS, ENGINE]),
    {
      name: 'only-main-imports-adapters',
      severity: 'error',
      from: { pathNot: ['^src/main/', '^src/adapters/', '^src/stand-in/', '^test/', '^benchmarks/'] },
      to: { path: '^src/adapters/' },
    },
    // The stand-in knows GitHub's description and git, and nothing of ours: what it forgives, GitHub must forgive too.
    zone('stand-in-knows-nothing-of-ours', '^src/stand-in/', ['^src/stand-in/', '^src/adapters/git/run\\.ts$', '(^|/)node_modules/'], {
      builtIns: true,
    }),
    {
      name: 'stand-in-is-started-by-main',
      severity: 'error',
      from: { pathNot: ['^src/stand-in/', '^src/main/', '^test/', '^benchmarks/'] },
      to: { path: '^src/stand-in/' },
    },
    {
      name: 'two-adapters-never-meet',
      severity: 'error',
      from: { path: '^src/adapters/([^/]+)/' },
      to: { path: '^src/adapters/', pathNot: ['^src/adapters/$1/', ...FOUNDATIONS] },
    },
    {
      name: 'adapters-fill-ports',
      severity: 'error',
      from: { path: '^src/adapters/', pathNot: '^src/adapters/tree-sitter/' },
      to: { path: '^(src|analyzers|generators)/', pathNot: [CORE, PORTS, '^src/adapters/'] },
    },
    {
      name: 'adapter-of-the-parser',
      severity: 'error',
      from: { path: '^src/adapters/tree-sitter/' },
      to: { path: '^(src|analyzers|generators)/', pathNot: [CORE, PORTS, '^src/adapters/', '^analyzers/(syntax|python)/'] },
    },
    zone('cli', '^src/cli/', [CORE, PORTS, FLOWS, ENGINE, GENERATORS, '^src/cli/', ...npm('commander', 'listr2', 'zod')], {
      builtIns: true,
    }),
    zone('bot-api-web', '^src/(bot|api|web)/', [CORE, PORTS, FLOWS, ENGINE, GENERATORS, '^src/$1/', '(^|/)node_modules/'], {
      builtIns: true,
    }),
    {
      name: 'main-is-imported-by-nobody',
      severity: 'error',
      from: { pathNot: ['^src/main/', '^test/', '^benchmarks/'] },
      to: { path: '^src/main/' },
    },
    {
      name: 'shipped-code-knows-no-tools',
      severity: 'error',
      from: { path: '^(src|analyzers|generators)/' },
      to: { path: '^(scripts|benchmarks|test)/' },
    },
    zone('scripts', '^scripts/', ['^scripts/', CORE, GENERATORS, ANALYZERS, '(^|/)node_modules/'], { builtIns: true }),
    {
      name: 'nothing-imports-benchmarks',
      severity: 'error',
      from: { pathNot: '^benchmarks/' },
      to: { path: '^benchmarks/' },
    },
    { name: 'nothing-imports-tests', severity: 'error', from: { pathNot: '^test/' }, to: { path: '^test/' } },

    vendor('duckdb', ['@duckdb/[^/]+'], ['^src/adapters/duckdb/', '^benchmarks/']),
    vendor('sqlite', ['@photostructure/sqlite'], ['^src/adapters/local/sqlite\\.ts$']),
    {
      name: 'vendor-node-sqlite',
      severity: 'error',
      from: { pathNot: ['^src/adapters/local/sqlite\\.ts$', '^test/'] },
      to: { path: '^(node:)?sqlite$' },
    },
    vendor('tree-sitter', ['web-tree-sitter', 'tree-sitter-[^/]+'], ['^src/adapters/tree-sitter/', '^analyzers/syntax/']),
    vendor('jose', ['jose'], ['^src/adapters/(local|aws)/', '^src/stand-in/']),
    vendor('octokit', ['@octokit/[^/]+', 'octokit'], ['^src/adapters/github/', '^src/bot/', '^src/stand-in/']),
    vendor('probot', ['probot'], ['^src/bot/', '^src/main/']),
    vendor('aws', ['@aws-sdk/[^/]+', '@smithy/[^/]+'], ['^src/adapters/aws/']),
    vendor('openai', ['openai'], ['^src/adapters/openai/']),
    vendor('command-line', ['commander', 'listr2'], ['^src/cli/', '^src/main/']),
    vendor('log', ['pino'], ['^src/main/', '^src/adapters/log/']),
  ],
  options: {
    doNotFollow: { path: '(^|/)node_modules/' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default', 'require'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
};
