/** `sf init`: creates the GitHub App of this installation from app.yml, in the browser, and keeps what it proves itself with. */
import { Command, InvalidArgumentError } from 'commander';
import { ProblemError } from '../core/problem.js';
import type { Console } from './output.js';
import { addressLike, parseApiUrl } from './serve.js';

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

/** GitHub takes no longer name of an App. */
const LONGEST_NAME = 34;
const ADDRESS_LATER = 'https://example.invalid';

export function initCommand(load: () => Promise<InitActions>, console: Console, finish: (exitCode: number) => void): Command {
  return new Command('init')
    .option('--org <name>', 'the organisation that the App will belong to (default: you)', parseOrg)
    .option(
      '--url <url>',
      'needed, but for --print-manifest: where GitHub will reach `sf serve`, for example https://autopilot.acme.example',
      parseOwnUrl,
    )
    .option('--name <name>', 'what the App is called; GitHub wants it to be the only one of that name', parseName)
    .option('--home <folder>', 'where its key and secret are kept (default: $SF_HOME or ~/.signal-factory)')
    .option('--web-url <url>', "the forge's pages; for GitHub Enterprise Server https://HOST", parseWebUrl, 'https://github.com')
    .option('--api-url <url>', "the forge's API; for GitHub Enterprise Server https://HOST/api/v3", parseApiUrl, 'https://api.github.com')
    .usage('--url <url> [options]')
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

const parseWebUrl = withoutPath('https://HOST', 'Pages are found below it.');
const parseOwnUrl = withoutPath('https://autopilot.acme.example', 'The path of the webhooks is put behind it.');

function withoutPath(example: string, because: string): (text: string) => string {
  const parse = addressLike(example);
  return (text) => {
    const address = parse(text);
    if (new URL(address).pathname === '/') return address;
    throw new InvalidArgumentError(`It has a path. ${because} Write it like ${example}.`);
  };
}

/** As GitHub names organisations and people. */
function parseOrg(text: string): string {
  if (/^[a-z\d](?:[a-z\d]|-(?=[a-z\d])){0,38}$/i.test(text)) return text;
  throw new InvalidArgumentError(
    'Write its login, as it stands in its address: letters, digits and single hyphens, for example acme-data.',
  );
}

function parseName(text: string): string {
  const name = text.trim();
  if (/^[^\p{C}]+$/u.test(name) && name.length <= LONGEST_NAME) return name;
  throw new InvalidArgumentError(`A name has 1 to ${LONGEST_NAME} characters; this one has ${name.length}.`);
}
