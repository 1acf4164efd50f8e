/** Debian's Chromium, driven over its own protocol; it fetches nothing on its own account. */
import { type Browser, chromium } from 'playwright-core';
import { findProgram, type Need, program } from './needs';

export const hasChromium: Need = program('chromium');

export function startChromium(): Promise<Browser> {
  const executablePath = findProgram('chromium');
  if (executablePath === undefined) throw new Error('chromium is not installed');
  return chromium.launch({
    executablePath,
    // It opens nothing but pages that the tests wrote; its sandbox starts neither for root nor in most containers.
    chromiumSandbox: false,
    args: ['--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
  });
}
