import type { Context } from '../library';
import { Html, html } from './html';
import { style } from './style';

const mark =
  new Html(`<svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8" fill="#3b3fc4"/>
<path d="M8 16.5l5.2 5.2L24 11" fill="none" stroke="#fff" stroke-width="3.4" stroke-linecap="round"
stroke-linejoin="round"/></svg>`);

/** One page: its title, the nonce its style may use, and what is in the card. */
export interface Page {
  title: string;
  nonce: string;
  body: Html;
  /** For tables. */
  wide?: boolean;
}

/** The whole document around a card. */
export function layout({ title, nonce, body, wide }: Page): string {
  return `<!doctype html>\n${
    html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Claimcheck identity provider</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">${new Html(style)}</style>
</head>
<body>
<main${new Html(wide ? ' class="wide"' : '')}>
<p class="brand">${mark} Claimcheck identity provider</p>
${body}
</main>
<footer>A development provider. Its passwords are public: never use it in production.</footer>
</body>
</html>`.markup
  }\n`;
}

/** The nonce that this answer's Content-Security-Policy lets styles use. */
export function nonceOf(ctx: Pick<Context, 'state'>): string {
  return String(ctx.state.nonce);
}

/** Answers with a page. */
export function show(ctx: Pick<Context, 'status' | 'type' | 'body'>, page: Page, status = 200): void {
  ctx.status = status;
  ctx.type = 'html';
  ctx.body = layout(page);
}
