/** `sf serve`: the GitHub App's server. Secrets come from the environment only. */
import { Command, InvalidArgumentError } from 'commander';

export type ServeRequest = {
  readonly home?: string;
  readonly data?: string;
  readonly orgConfig?: string;
  readonly port: number;
  readonly host: string;
  readonly apiUrl: string;
};

const EXAMPLE = `
Secrets, from the environment (\`sf init\` makes them and shows these lines):
  GITHUB_APP_ID               the number of the App
  GITHUB_PRIVATE_KEY          its private key (PEM), or GITHUB_PRIVATE_KEY_FILE: where that lies
  GITHUB_WEBHOOK_SECRET       at least 16 random characters
  GITHUB_WEBHOOK_SECRET_OLD   while it is changed: the one before it

Example:
  sf serve --home /var/lib/autopilot --data /mnt/lake --port 3000
`;

/** `serve` resolves when the server has stopped. */
export function serveCommand(load: () => Promise<(request: ServeRequest) => Promise<number>>, finish: (exitCode: number) => void): Command {
  return new Command('serve')
    .option('--home <folder>', 'where the fleet is remembered (default: $SF_HOME or ~/.signal-factory)')
    .option('--data <folder>', 'the folder that stands for the lake')
    .option('--org-config <file>', "the organisation's settings, until its own repository is read")
    .option('--port <number>', 'where to listen; 0 takes any that is free', parsePort, 3000)
    .option('--host <address>', 'the address to listen on; anything but loopback is open to others', '127.0.0.1')
    .option('--api-url <url>', "the forge's API; for GitHub Enterprise Server https://HOST/api/v3", parseApiUrl, 'https://api.github.com')
    .addHelpText('after', EXAMPLE)
    .action(async (options: ServeRequest) => {
      const serve = await load();
      finish(await serve(options));
    });
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a number from 0 to 65535.');
}

export const parseApiUrl = addressLike('https://HOST/api/v3');

/** Reads an address; secrets go there, so only with TLS, but for this machine. What is wrong is said with the example of this option. */
export function addressLike(example: string): (text: string) => string {
  return (text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const isLocal = url !== undefined && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
    if (url?.protocol === 'http:' && !isLocal)
      throw new InvalidArgumentError(`Only https, but for this machine. Write it like ${example}.`);
    const isPlain = url && ['https:', 'http:'].includes(url.protocol) && url.username === '' && url.search === '' && url.hash === '';
    if (isPlain) return text.replace(/\/+$/, '');
    throw new InvalidArgumentError(`Write it like ${example}.`);
  };
}
