/** `sf init`: creates the GitHub App of this installation from app.yml, in the browser, and keeps what it proves itself with. */
import { Command } from 'commander';
import { ProblemError } from '../core/problem.js';
import type { Console } from './output.js';
import { parseUrl } from './serve.js';

export type InitRequest = {
  readonly home?: string;
  /** Absent: the App belongs to the person who creates it. */
  readonly org?: string;
  /** Where the forge will reach `sf serve`. */
  readonly url: string;
  readonly name?: string;
  readonly webUrl: string;
  readonly apiUrl: string;
  readonly port: number;
};

export type InitActions = {
  readonly manifest: (request: Pick<InitRequest, 'url' | 'name'>) => string;
  readonly create: (request: InitRequest) => Promise<number>;
};

type Options = Omit<InitRequest, 'port' | 'url'> & { readonly url?: string; readonly printManifest?: boolean };

const ADDRESS_LATER = 'https://example.invalid';

export function initCommand(load: () => Promise<InitActions>, console: Console, finish: (exitCode: number) => void): Command {
  return new Command('init')
    .option('--org <name>', 'the organisation that the App will belong to (default: you)')
    .option('--url <url>', 'where GitHub will reach `sf serve`, for example https://autopilot.acme.example', parseUrl)
    .option('--name <name>', 'what the App is called; GitHub wants it to be the only one of that name')
    .option('--home <folder>', 'where its key and secret are kept (default: $SF_HOME or ~/.signal-factory)')
    .option('--web-url <url>', "the forge's pages; for GitHub Enterprise Server https://HOST", parseUrl, 'https://github.com')
    .option('--api-url <url>', "the forge's API; for GitHub Enterprise Server https://HOST/api/v3", parseUrl, 'https://api.github.com')
    .option('--print-manifest', 'print what the App would be, and do nothing')
    .addHelpText('after', '\nExample:\n  sf init --org acme --url https://autopilot.acme.example\n')
    .action(async ({ printManifest, url, ...request }: Options) => {
      const { manifest, create } = await load();
      if (printManifest) {
        console.out(`${manifest({ ...request, url: url ?? ADDRESS_LATER })}\n`);
        return;
      }
      if (url === undefined) {
        const what = 'The App has to be told where webhooks go.';
        throw new ProblemError({ kind: 'usage', what, remedy: 'Name the address of this server with --url; it can be changed later.' });
      }
      finish(await create({ ...request, url, port: 0 }));
    });
}
