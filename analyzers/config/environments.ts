/** §4.1 The words by which environments are called. Where something is said for several of them, production's is meant. */

const PRODUCTION = 'prod|production|prd|live';
const OTHERS = 'dev|develop|development|test|testing|qa|uat|int|integration|stag(?:e|ing)|stg|pre-?prod|local|sandbox|default';
/** Branches and workspaces that production is made from. */
const MAIN = 'main|master';
const QUOTED = `["'\`](?:${PRODUCTION}|${MAIN})["'\`]`;

const IS_PRODUCTION = new RegExp(`^(?:${PRODUCTION})$`, 'i');
const IS_ENVIRONMENT = new RegExp(`^(?:${PRODUCTION}|${OTHERS})$`, 'i');
const AMONG = new RegExp(`(?:^|[^a-z])(?:${PRODUCTION})(?:[^a-z]|$)`, 'i');
const COMPARED = new RegExp(`([=!]==?)\\s*${QUOTED}|${QUOTED}\\s*([=!]==?)`, 'i');

export function isProduction(word: string): boolean {
  return IS_PRODUCTION.test(word);
}

export function isEnvironment(word: string): boolean {
  return IS_ENVIRONMENT.test(word);
}

/** Whether one of the words of a path or name is production. */
export function namesProduction(text: string): boolean {
  return AMONG.test(text);
}

/** `workspace == "main"` holds in production, `env != "prod"` does not; of what compares with neither nobody knows. */
export function holdsInProduction(condition: string): boolean | undefined {
  const [found, behind, before] = COMPARED.exec(condition) ?? [];
  return found === undefined ? undefined : (behind ?? before)?.startsWith('=');
}

/** A path in which a word for another environment stands, with each word for production in its place. */
export function inProduction(path: string, word: string): readonly string[] {
  const pieces = path.split(new RegExp(`(?<![A-Za-z])${word}(?![A-Za-z])`));
  if (pieces.length === 1 || !isEnvironment(word)) return [];
  return PRODUCTION.split('|').map((one) => pieces.join(word === word.toUpperCase() ? one.toUpperCase() : one));
}
