/** Who a request comes from: the app's own JWT, an installation's token, a person's token. Times are real ones. */
import { randomBytes } from 'node:crypto';
import { decodeJwt, errors, jwtVerify } from 'jose';
import { refusal } from './errors.js';
import type { Account, App, Installation, Permissions } from './state/accounts.js';
import type { World } from './state/world.js';

export type InstallationToken = {
  readonly token: string;
  readonly installation: Installation;
  readonly permissions: Permissions;
  readonly repositories: ReadonlySet<number> | undefined;
  readonly expiresAt: number;
};
export type Credential =
  | { readonly kind: 'app'; readonly app: App }
  | { readonly kind: 'installation'; readonly token: InstallationToken }
  | { readonly kind: 'person'; readonly account: Account };

const HOUR_MS = 3_600_000;
const LONGEST_JWT_SECONDS = 600;

export class Tokens {
  /** How long new tokens live; GitHub's live an hour. */
  lifetimeMs = HOUR_MS;
  readonly #world: World;
  readonly #installations = new Map<string, InstallationToken>();
  readonly #people = new Map<string, Account>();

  constructor(world: World) {
    this.#world = world;
  }

  issue(installation: Installation, permissions: Permissions, repositories: ReadonlySet<number> | undefined): InstallationToken {
    const token = `ghs_${randomBytes(18).toString('hex')}`;
    const issued = { token, installation, permissions, repositories, expiresAt: Date.now() + this.lifetimeMs };
    this.#installations.set(token, issued);
    return issued;
  }

  ofPerson(account: Account): string {
    const token = `ghp_${randomBytes(18).toString('hex')}`;
    this.#people.set(token, account);
    return token;
  }

  revoke(token: string): void {
    this.#installations.delete(token);
  }

  /** As if every token's hour were over. */
  expireAll(): void {
    for (const [token, issued] of this.#installations) this.#installations.set(token, { ...issued, expiresAt: 0 });
  }

  async check(header: string | undefined): Promise<Credential | undefined> {
    if (header === undefined) return undefined;
    const token = /^(?:bearer|token) (\S+)$/i.exec(header)?.[1];
    if (token === undefined) throw refusal(401, 'Bad credentials');
    const person = this.#people.get(token);
    if (person !== undefined) return { kind: 'person', account: person };
    if (token.split('.').length === 3) return { kind: 'app', app: await this.#appOf(token) };
    const issued = this.#installations.get(token);
    if (issued === undefined || issued.expiresAt <= Date.now() || !this.#world.installations.has(issued.installation.id))
      throw refusal(401, 'Bad credentials');
    if (issued.installation.suspended !== undefined) throw refusal(403, 'This installation has been suspended');
    return { kind: 'installation', token: issued };
  }

  async #appOf(token: string): Promise<App> {
    const app = this.#issuer(token);
    if (app?.publicKey === undefined) throw refusal(401, 'Integration not found');
    try {
      const { payload } = await jwtVerify(token, app.publicKey, { algorithms: ['RS256'] });
      const now = Date.now() / 1000;
      if (payload.exp === undefined)
        throw refusal(
          401,
          "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
        );
      if (payload.exp - now > LONGEST_JWT_SECONDS + 5) throw refusal(401, "'Expiration time' claim ('exp') is too far in the future");
      if (payload.iat === undefined || payload.iat > now + 5)
        throw refusal(401, "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued");
      return app;
    } catch (error) {
      if (error instanceof errors.JWTExpired)
        throw refusal(
          401,
          "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
        );
      if (error instanceof errors.JOSEError) throw refusal(401, 'A JSON web token could not be decoded');
      throw error;
    }
  }

  #issuer(token: string): App | undefined {
    try {
      const { iss } = decodeJwt(token);
      return [...this.#world.apps.values()].find((app) => String(app.id) === String(iss) || app.clientId === iss);
    } catch {
      throw refusal(401, 'A JSON web token could not be decoded');
    }
  }
}
