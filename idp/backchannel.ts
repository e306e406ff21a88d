import { randomBytes } from 'node:crypto';
import type Provider from 'oidc-provider';
import type { Session } from 'oidc-provider';
import type { ProviderKeys } from './keys';
import type { IdentityProviderOptions } from './options';
import { personBySubject } from './people';
import type { PersonalityTraits } from './personalities/traits';
import { signerWith } from './signer';

interface BackchannelParts {
  provider: Provider;
  options: IdentityProviderOptions;
  traits: PersonalityTraits;
  keys: ProviderKeys;
}

/** A client of `oidc-provider`, with what its types leave out. */
interface ToldClient {
  readonly clientId: string;
  readonly backchannelLogoutUri?: string | undefined;
  /** Tells it that a person's session has ended. Never rejects. */
  backchannelLogout(accountId: string, sid: string): Promise<void>;
}

/**
 * Has `oidc-provider` tell apps of a sign-out by tokens of the personality's form, and wait for none of them for long
 * (OpenID Connect Back-Channel Logout 1.0 §2.5).
 */
export function tellBackchannel({ provider, options, traits, keys }: BackchannelParts): void {
  const { logoutToken } = traits;
  if (!logoutToken) return;
  const signer = signerWith(keys);
  const told: Pick<ToldClient, 'backchannelLogout'> & ThisType<ToldClient> = {
    async backchannelLogout(accountId, sid) {
      const person = personBySubject(accountId, options.people);
      if (!person || !this.backchannelLogoutUri) return;
      const facts = {
        clientId: this.clientId,
        person,
        sessionId: sid,
        tokenId: randomBytes(16).toString('base64url'),
        issuedAt: Math.floor(Date.now() / 1_000),
      };
      const token = await logoutToken(facts, signer);
      await send(this.backchannelLogoutUri, token, options.backchannelTimeout ?? 2_000);
    },
  };
  Object.assign(provider.Client.prototype, told);
}

/** Whether the app takes it or not, the person has signed out here. @param timeout milliseconds */
async function send(uri: string, token: string, timeout: number): Promise<void> {
  try {
    const answer = await fetch(uri, {
      method: 'POST',
      body: new URLSearchParams({ logout_token: token }),
      cache: 'no-store',
      redirect: 'manual',
      signal: AbortSignal.timeout(timeout),
    });
    await answer.body?.cancel();
  } catch {
    // It is down, or too slow.
  }
}

/** Tells every app that somebody signed in to by this session. */
export async function tellOfSignOut(provider: Provider, session: Session): Promise<void> {
  const { accountId, authorizations = {} } = session;
  if (accountId === undefined) return;
  const telling = Object.keys(authorizations).map(async (clientId) => {
    const client = (await provider.Client.find(clientId)) as ToldClient | undefined;
    const sid = session.sidFor(clientId);
    if (client?.backchannelLogoutUri && sid) await client.backchannelLogout(accountId, sid);
  });
  await Promise.all(telling);
}
