/**
 * Whether a request may call a server action of Next, and how: by script (`Next-Action`), to which an action answers in
 * data; or as a form sent without it, whose answer takes the place of the page. Such a form is always
 * `multipart/form-data`; only its body tells whether it names an action.
 */
export function actionCall(method: string, headers: Headers): 'script' | 'form' | undefined {
  if (method !== 'POST') return undefined;
  if (headers.has('next-action')) return 'script';
  return /^multipart\/form-data\b/i.test(headers.get('content-type') ?? '') ? 'form' : undefined;
}
