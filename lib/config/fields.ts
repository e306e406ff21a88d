import { isTrustworthy } from '../remote';
import type { ConfigProblem } from './config';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads variables one by one and collects every mistake, so that a person fixes them all in one go.
 * A variable that is set to nothing counts as unset, as in a copied `.env.example`.
 */
export class Fields {
  readonly problems: ConfigProblem[] = [];

  constructor(private readonly env: Environment) {}

  complain(variable: string, problem: string, fix: string): undefined {
    this.problems.push({ variable, problem, fix });
    return undefined;
  }

  text(variable: string): string | undefined {
    return this.env[variable]?.trim() || undefined;
  }

  list(variable: string): string[] {
    return (this.text(variable) ?? '')
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean);
  }

  integer(variable: string, fallback: number, { min, max }: { min: number; max: number }): number {
    const text = this.text(variable);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    this.complain(
      variable,
      `"${text}" is not a whole number from ${min} to ${max}`,
      `use for example ${fallback}`,
    );
    return fallback;
  }

  choice<T extends string>(variable: string, choices: readonly T[], fallback: T): T {
    return this.optionalChoice(variable, choices) ?? fallback;
  }

  optionalChoice<T extends string>(variable: string, choices: readonly T[]): T | undefined {
    const text = this.text(variable);
    const match = choices.find((choice) => choice === text);
    if (text === undefined || match) return match;
    return this.complain(variable, `"${text}" is not known`, `use one of: ${choices.join(', ')}`);
  }

  /**
   * An absolute `https:` URL, or `http:` on loopback, without user name or fragment; returned as written.
   * @param query whether it may carry one, as endpoints may (RFC 6749 §3.1, §3.2) and an issuer may not (RFC 8414 §2)
   */
  url(variable: string, { query = false } = {}): string | undefined {
    const text = this.text(variable);
    if (text === undefined) return undefined;
    // The parser mends `https:host`, backslashes and tabs in silence; what is compared exactly must be right as written.
    if (!URL.canParse(text) || /^https?:(?!\/\/[^/])|[\s\\]/i.test(text)) {
      return this.complain(variable, 'is not an absolute URL', 'write it in full, beginning with https://');
    }
    const url = new URL(text);
    if (!isTrustworthy(url)) {
      return this.complain(
        variable,
        `${url.protocol}//${url.host} is not https`,
        'use https:// (plain http is for localhost only)',
      );
    }
    if (url.username || url.password || (query ? /#/ : /[?#]/).test(text)) {
      return this.complain(
        variable,
        query ? 'carries a user name or fragment' : 'carries a user name, query or fragment',
        query ? 'leave only scheme, host, path and query' : 'leave only scheme, host and path',
      );
    }
    return text;
  }
}
