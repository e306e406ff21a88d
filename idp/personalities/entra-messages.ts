import { randomUUID } from 'node:crypto';
import type { Problem } from './traits';

/**
 * What Microsoft says, by number
 * (https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes, and reports of their users). `%1`
 * and `%2` are what it is said about. The words of 1002012 are general knowledge.
 */
const sentences: Readonly<Record<number, string>> = {
  50011:
    "The redirect URI '%1' specified in the request does not match the redirect URIs configured for the application '%2'. Make sure the redirect URI sent in the request matches one added to your application in the Azure portal. Navigate to https://aka.ms/redirectUriMismatchError to learn more about how to fix this.",
  50058: 'A silent sign-in request was sent but no user is signed in.',
  54005:
    'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
  65001: "The user or administrator has not consented to use the application with ID '%1'.",
  65004: 'User declined to consent to access the app.',
  70000: 'Provided grant is invalid or malformed.',
  70003: 'The app requested an unsupported grant type.',
  70008: 'The provided authorization code or refresh token has expired due to inactivity.',
  70011: "The provided value for the input parameter 'scope' is not valid. The scope %1 is not valid.",
  90009:
    "Application '%1' is requesting a token for itself. This scenario is supported only if resource is specified using the GUID based App Identifier.",
  500011: 'The resource principal named %1 was not found in the tenant named Wonderland.',
  501481: 'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
  650053: "The application 'Claimcheck' asked for scope '%1' that doesn't exist on the resource '%2'.",
  700016: "Application with identifier '%1' was not found in the directory 'Wonderland'.",
  700025: "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
  700082: 'The refresh token has expired due to inactivity.',
  900144: "The request body must contain the following parameter: '%1'.",
  901002: "The 'resource' request parameter isn't supported.",
  1002012:
    'The provided value for scope %1 is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).',
  7000215:
    "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '%1'.",
  7000218: "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  9002313: 'Invalid request. Request is malformed or invalid.',
  9002326: "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type.",
  9002327:
    "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
  9010010: "The resource parameter provided in the request doesn't match with the requested scopes.",
};

/** A problem with Microsoft's number; `about` fills the gaps of its sentence, at most two words. */
export function entraProblem(error: string, code: number, about = ''): Problem {
  return { error, description: aadsts(code, about), detail: String(code), worded: true };
}

/** `AADSTS50058: …`, in one line. */
export function aadsts(code: number, about = ''): string {
  const [first = '', second = ''] = about.split(' ');
  const sentence = (sentences[code] ?? '').replace('%1', first).replace('%2', second);
  return `AADSTS${code}: ${sentence}`;
}

/** The lines below every message; `\r\n` is Microsoft's (body recorded in umijs/umi-request#299). */
export function traced(message: string) {
  const [trace_id, correlation_id] = [randomUUID(), randomUUID()];
  const timestamp = `${new Date().toISOString().slice(0, 19).replace('T', ' ')}Z`;
  const lines = [
    message,
    `Trace ID: ${trace_id}`,
    `Correlation ID: ${correlation_id}`,
    `Timestamp: ${timestamp}`,
  ];
  return { error_description: lines.join('\r\n'), timestamp, trace_id, correlation_id };
}
