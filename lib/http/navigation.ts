/** Destinations of a request that shows a page (Fetch Metadata, `Sec-Fetch-Dest`). */
const pageDestinations = ['document', 'iframe', 'frame'];

/**
 * Whether somebody is going to a page, as opposed to a prefetch, an image or a script's fetch. Only a navigation may
 * lead to the sign-in page: anything else would start sign-ins that nobody asked for.
 */
export function isNavigation(method: string, headers: Headers): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  const purposes = [headers.get('sec-purpose'), headers.get('purpose'), headers.get('x-moz')];
  if (purposes.some((purpose) => purpose?.includes('prefetch'))) return false;
  if (headers.has('rsc') || headers.has('next-router-prefetch')) return false;
  const destination = headers.get('sec-fetch-dest');
  return destination === null || pageDestinations.includes(destination);
}
