import type { Preset } from './presets';

const clock = "Compare this machine's clock with the provider's.";

/** What an operator can do about a refused access token, by the check that refused it, whoever the provider is. */
const common: Readonly<Record<string, string>> = {
  form: 'Only a signed JWT can be verified here. Set OIDC_AUDIENCE to the identifier of your API, so that the provider issues one.',
  audience: 'Set OIDC_AUDIENCE to the audience that the provider puts into its access tokens.',
  issuer: 'Set OIDC_ISSUER to the issuer that the provider puts into its access tokens.',
  kind: "The provider's token endpoint gave another kind of token, or one that looks like an ID token. Set OIDC_AUDIENCE to the identifier of your API; where access tokens have the nonce of ID tokens (Authentik, Casdoor), set OIDC_ACCESS_TOKEN_CLAIM to a claim that only they have.",
  binding:
    'The provider binds its access tokens to a key (DPoP or mutual TLS), and this API takes plain bearer tokens: switch that off for this client.',
  expiry: clock,
  issued_at: clock,
  not_before: clock,
  algorithm: 'See OIDC_ALGORITHMS.',
  subject: 'Let the provider put a subject into its access tokens, from an attribute that never changes.',
  model: 'See lib/token/claims.ts.',
};

/** What an operator can do about an access token that a check refused, in the words of the provider where it has any. */
export function remedyFor({ remedies }: Preset, check: string): string {
  return remedies[check] ?? common[check] ?? "Check the client's and the API's settings at the provider.";
}
