/** An answer, read to the end. */
export interface Answer {
  status: number;
  url: URL;
  headers: Headers;
  text: string;
  /** Where a redirect leads. */
  location: URL | undefined;
}

interface Cookie {
  name: string;
  value: string;
  path: string;
}

/** The cookies of one browser, kept per host name as browsers do: ports share them (RFC 6265 §8.5). */
export class CookieJar {
  #cookies = new Map<string, Cookie & { hostname: string }>();

  /** Sends one request, a form post if there are fields, and follows no redirect. */
  async fetch(
    url: URL,
    fields?: URLSearchParams,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const response = await fetch(url, {
      ...(fields ? { method: 'POST', body: fields } : {}),
      headers: { Accept: 'text/html', Cookie: this.header(url), ...headers },
      redirect: 'manual',
    });
    for (const line of response.headers.getSetCookie()) this.#store(line, url);
    const target = response.headers.get('location');
    const location = target ? new URL(target, url) : undefined;
    return { status: response.status, url, headers: response.headers, text: await response.text(), location };
  }

  /** The `Cookie` header for a request. */
  header(url: URL): string {
    const matching = [...this.#cookies.values()].filter(
      ({ hostname, path }) => hostname === url.hostname && (path === '/' || isBelow(url.pathname, path)),
    );
    return matching.map(({ name, value }) => `${name}=${value}`).join('; ');
  }

  /** Names of the cookies that are held. */
  get names(): string[] {
    return [...this.#cookies.values()].map(({ name }) => name);
  }

  #store(line: string, { hostname }: URL): void {
    const [pair = '', ...attributes] = line.split(/;\s*/);
    const [name = '', value = ''] = split(pair);
    const attribute = new Map(
      attributes.map(split).map(([key = '', content = '']) => [key.toLowerCase(), content]),
    );
    const path = attribute.get('path') ?? '/';
    const key = `${hostname} ${path} ${name}`;
    const expires = attribute.get('expires');
    if (expires && Date.parse(expires) < Date.now()) this.#cookies.delete(key);
    else this.#cookies.set(key, { name, value, path, hostname });
  }
}

function split(pair: string): string[] {
  const at = pair.indexOf('=');
  return at < 0 ? [pair] : [pair.slice(0, at), pair.slice(at + 1)];
}

function isBelow(pathname: string, path: string): boolean {
  return pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`);
}

/** The first form of a page. */
export interface Form {
  action: URL;
  /** What would be sent without touching anything: hidden, filled-in and ticked fields, no buttons. */
  fields: [string, string][];
  /** Every name in the form, buttons included. */
  names: string[];
}

/** Finds the first form of a page; enough HTML for pages that we write ourselves. */
export function parseForm(markup: string, base: URL): Form | undefined {
  const [, formTag = '', content = ''] = /<form\b([^>]*)>([\s\S]*?)<\/form>/.exec(markup) ?? [];
  const action = attributes(formTag).get('action');
  if (action === undefined) return undefined;
  const controls = [...content.matchAll(/<(input|button)\b([^>]*)>/g)].map(([, tag, rest = '']) => ({
    tag,
    attributes: attributes(rest),
  }));
  const named = controls.filter((control) => control.attributes.has('name'));
  const sent = named.filter(({ tag, attributes: found }) => {
    if (tag === 'button' || found.has('disabled')) return false;
    return found.get('type') !== 'checkbox' || found.has('checked');
  });
  const name = (control: (typeof controls)[number]) => control.attributes.get('name') ?? '';
  return {
    action: new URL(action, base),
    fields: sent.map((control) => [name(control), control.attributes.get('value') ?? '']),
    names: named.map(name),
  };
}

function attributes(tag: string): Map<string, string> {
  const found = tag.matchAll(/([a-z-]+)(?:="([^"]*)")?/g);
  return new Map([...found].map(([, name = '', value = '']) => [name, unescapeHtml(value)]));
}

function unescapeHtml(text: string): string {
  const characters: Record<string, string> = { lt: '<', gt: '>', quot: '"', amp: '&' };
  return text.replace(/&(?:#(\d+)|(\w+));/g, (_match, code: string | undefined, name = '') =>
    code === undefined ? (characters[name] ?? '') : String.fromCharCode(Number(code)),
  );
}
