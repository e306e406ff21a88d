/** The providers that the embedded one can behave like. */
export const personalities = ['standard', 'cognito', 'auth0', 'entra', 'keycloak'] as const;

/** One of the providers that the embedded one can behave like. */
export type Personality = (typeof personalities)[number];

/** A program that the embedded provider knows. Public knowledge, like every secret of it. */
export const embeddedMachine = { id: 'claimcheck-machine', secret: 'wonderland-machine' } as const;

/** The command line, for a person: a public client that comes back to a port of this machine (RFC 8252). */
export const embeddedCli = { id: 'claimcheck-cli' } as const;

/** What stands behind the origin in each provider's issuer; Auth0's is the slash that people forget. */
const issuerPaths: Readonly<Record<Personality, string>> = {
  standard: '',
  cognito: '/eu-central-1_Wonderland',
  auth0: '/',
  entra: '/aaaabbbb-0000-cccc-1111-dddd2222eeee/v2.0',
  keycloak: '/realms/claimcheck',
};

/**
 * The issuer of the embedded provider, exactly as its tokens name it.
 * @param port the port it listens on
 */
export function embeddedIssuer(personality: Personality, port: number): string {
  return `http://localhost:${port}${issuerPaths[personality]}`;
}
