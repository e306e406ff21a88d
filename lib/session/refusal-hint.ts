const clocks = "Compare this machine's clock with the provider's.";

const hints: Readonly<Record<string, string>> = {
  form: 'Only a signed JWT can be verified here. Set OIDC_AUDIENCE to the identifier of your API, so that the provider issues one.',
  audience: 'Set OIDC_AUDIENCE to the audience that the provider puts into its access tokens.',
  issuer: 'Set OIDC_ISSUER to the issuer that the provider puts into its access tokens.',
  expiry: clocks,
  issued_at: clocks,
  not_before: clocks,
  algorithm: 'See OIDC_ALGORITHMS.',
};

/**
 * What whoever runs the app can do where the provider's own access tokens are refused.
 * @param check name of the check that failed
 */
export function refusalHint(check: string): string {
  return Object.hasOwn(hints, check)
    ? (hints[check] as string)
    : "Check the client's and the API's settings at the provider.";
}
