/** The player's controls as a viewer sees them: raised, with open menus, by the names that are written there. */
import type { Frame, Locator, Page } from 'playwright-core';

type Place = Page | Frame;

/** Until the controls have taken the place of the browser's own. */
export async function waitForControls(page: Place): Promise<void> {
  await page.locator('media-controller.is-raised').waitFor();
}

/** Opens the settings and in them one menu, as long as that is there: 'Quality', 'Speed', 'Captions', 'Audio'. */
export async function openMenu(page: Place, name: string): Promise<Locator> {
  await waitForControls(page);
  // A hand that moves shows controls that have hidden themselves.
  const button = page.locator('media-settings-menu-button');
  const menu = page.locator('media-settings-menu');
  if (!(await menu.isVisible())) await button.click();
  await menu.locator('> media-settings-menu-item').filter({ hasText: name }).click();
  return menu.locator(`[slot=submenu]:has([slot=title]:text-is("${name}"))`);
}

/** What a menu offers, from its top. */
export async function readMenu(menu: Locator): Promise<string[]> {
  const texts = await menu.getByRole('menuitemradio').allInnerTexts();
  return texts.map((text) => text.trim());
}

export async function choose(menu: Locator, name: string): Promise<void> {
  await menu.getByRole('menuitemradio', { name, exact: true }).click();
}
