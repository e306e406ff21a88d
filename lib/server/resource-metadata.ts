import 'server-only';
import { protectedPaths } from '../access';
import { allActions, scopeFor } from '../access/actions';
import { problem } from '../http/problem';
import { currentConfig } from './config';
import { providerProfile } from './provider';

/**
 * What a client needs to know to call this API, or one path of it (RFC 9728 §2).
 * @param path one of {@link protectedPaths}, empty for the API as a whole; for any other there is nothing
 */
export function resourceMetadata(path: string): Response {
  const { baseUrl, provider, mcp } = currentConfig();
  const known = path === '' || (protectedPaths.includes(path) && (mcp || path !== '/api/mcp'));
  if (!known) return problem('not_found');
  const { requestPrefix } = providerProfile();
  return Response.json({
    resource: baseUrl + path,
    authorization_servers: [provider.issuer],
    scopes_supported: allActions.map((action) => scopeFor(action, requestPrefix)),
    bearer_methods_supported: ['header'],
    resource_name: 'Claimcheck notes',
    resource_documentation: `${baseUrl}/docs`,
  });
}
