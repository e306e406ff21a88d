/** The query of a page as Next reads it. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Anything that stands on one line. */
const line = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]{1,256}$/u;
const words = /^[\w.:/+-]+( [\w.:/+-]+){0,9}$/;
const name = /^[\w.:@|+-]{1,128}$/;

/**
 * What a link to the sign-in page may say of how people are to sign in, and the shape it must have. Nothing here
 * changes what is asked for, by whom, or where the answer goes: anybody may make a link.
 */
const allowed: Readonly<Record<string, RegExp>> = {
  // OpenID Connect Core §3.1.2.1; Initiating User Registration 1.0.
  prompt: /^(none|(login|consent|select_account|create)( (login|consent|select_account|create)){0,3})$/,
  login_hint: line,
  max_age: /^\d{1,9}$/,
  acr_values: words,
  ui_locales: words,
  // Auth0.
  organization: name,
  screen_hint: name,
  // Entra ID, Keycloak, Cognito, and what others call the same.
  domain_hint: name,
  kc_idp_hint: name,
  idp_hint: name,
  identity_provider: line,
};

/** The parameters of a link that go to the provider; one that is repeated or has another shape is left out. */
export function linkParameters(query: Query): Record<string, string> {
  const entries = Object.entries(allowed).flatMap(([parameter, shape]) => {
    const value = Object.hasOwn(query, parameter) ? query[parameter] : undefined;
    return typeof value === 'string' && value.length <= 256 && shape.test(value) ? [[parameter, value]] : [];
  });
  return Object.fromEntries(entries);
}
