import type { Page } from '@playwright/test';

export interface SignInAs {
  /** That of everybody in Claimcheck's own table, where it is left out. */
  readonly password?: string;
  /** Scope values to allow; left out: all that the app has asked for and the person may be granted. */
  readonly scopes?: readonly string[];
}

/**
 * Signs somebody in at the development provider: from its sign-in page, where the app has sent the browser, to the app's
 * redirect URI.
 */
export async function signInAs(page: Page, username: string, options: SignInAs = {}): Promise<void> {
  await enterPassword(page, username, options.password);
  await allow(page, options);
}

/** On the provider's sign-in page. */
export async function enterPassword(page: Page, username: string, password = 'wonderland'): Promise<void> {
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** On the provider's consent page. */
export async function allow(page: Page, { scopes }: Pick<SignInAs, 'scopes'> = {}): Promise<void> {
  const button = page.getByRole('button', { name: 'Allow' });
  // Its boxes are there when the button is.
  await button.waitFor();
  for (const box of scopes ? await page.getByRole('checkbox', { disabled: false }).all() : []) {
    await box.setChecked(scopes?.includes(await box.inputValue()) ?? true);
  }
  await button.click();
}
