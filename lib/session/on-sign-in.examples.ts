import type { OnSignIn } from './on-sign-in';

/** A row for each person of an app. The table is made by a migration of yours, in `lib/db/migrations.ts`. */
export interface PersonTable {
  /** With `subject`, the primary key. */
  issuer: string;
  subject: string;
  email: string | null;
  /** Milliseconds since the epoch. */
  first_seen_at: number;
  last_seen_at: number;
}

/**
 * Keeps a row for each person, named by issuer and subject: an e-mail address changes hands (OpenID Connect Core §5.7).
 * @param clock milliseconds since the epoch
 */
export const keepPerson =
  (clock: () => number): OnSignIn =>
  async ({ issuer, subject, claims }, { transaction }) => {
    const now = clock();
    const email = typeof claims.email === 'string' ? claims.email : null;
    await transaction
      .withTables<{ person: PersonTable }>()
      .insertInto('person')
      .values({ issuer, subject, email, first_seen_at: now, last_seen_at: now })
      .onConflict((conflict) =>
        conflict.columns(['issuer', 'subject']).doUpdateSet({ email, last_seen_at: now }),
      )
      .execute();
    return undefined;
  };

/**
 * Lets in only people whose e-mail address the provider has verified to be of one of these domains.
 * @param domains in lower case, `example.com`; subdomains are domains of their own
 */
export const onlyFrom =
  (...domains: readonly string[]): OnSignIn =>
  async ({ claims }) => {
    const domain = claims.email_verified === true ? domainOf(claims.email) : undefined;
    if (domain !== undefined && domains.includes(domain)) return undefined;
    return {
      refuse: `Only people with a verified e-mail address of ${domains.join(' or ')} may sign in here.`,
    };
  };

/**
 * The domain of an address in its plain form; undefined for every other form, quoted names included. ASCII only:
 * lower-casing makes a `k` of the Kelvin sign, and another domain of what was registered.
 */
function domainOf(email: unknown): string | undefined {
  const [, domain] =
    /^[\x21-\x3f\x41-\x7e]+@([a-z\d.-]+)$/i.exec(typeof email === 'string' ? email : '') ?? [];
  return domain?.toLowerCase();
}
