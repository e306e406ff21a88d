/** What the embedded provider can pass for. */
export const personalities = ['standard', 'cognito', 'auth0', 'entra'] as const;
export type Personality = (typeof personalities)[number];

const paths: Readonly<Record<Personality, string>> = {
  standard: '',
  cognito: '/eu-central-1_Wonderland',
  auth0: '/',
  entra: '/aaaabbbb-0000-cccc-1111-dddd2222eeee/v2.0',
};

/** The issuer of the embedded provider: each personality has the form of its model's. */
export function embeddedIssuer(personality: Personality, port: number): string {
  return `http://localhost:${port}${paths[personality]}`;
}
