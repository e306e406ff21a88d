import { allActions, scopeFor } from '@/lib/access/actions';
import { currentConfig } from '@/lib/server/config';
import { methods } from '@/lib/server/methods';
import { providerProfile } from '@/lib/server/provider';

/** What a client needs to know to call this API (RFC 9728 §2). */
export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: () => {
    const { baseUrl, provider } = currentConfig();
    const { requestPrefix } = providerProfile();
    return Response.json({
      resource: baseUrl,
      authorization_servers: [provider.issuer],
      scopes_supported: allActions.map((action) => scopeFor(action, requestPrefix)),
      bearer_methods_supported: ['header'],
      resource_name: 'Claimcheck notes',
      resource_documentation: `${baseUrl}/docs`,
    });
  },
});
