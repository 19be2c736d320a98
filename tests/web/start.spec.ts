// How long until one can type, and until there are prices, on a processor four times as slow and a mobile network: first visit,
// and with all cached. And how long a key takes.

import { expect, test } from './support/demo';
import { add, open, search } from './support/page';

const MBIT = 1_000_000 / 8;

const [FIRST, NEXT] = [3000, 1000];

test('one can type within 3 s on the first visit and within 1 s on the next', async ({ page, demo }) => {
  test.setTimeout(120_000);
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', { offline: false, latency: 150, downloadThroughput: 9 * MBIT, uploadThroughput: 1.5 * MBIT });
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  const visit = async () => {
    await page.goto(`${demo.origin}/`, { waitUntil: 'commit' });
    // Measured in the page, from the beginning of the navigation.
    return page.evaluate(() => new Promise<{ typing: number; prices: number }>((done) => {
      let typing = 0;
      const look = () => {
        const root = document.querySelector('forebill-estimator')?.shadowRoot;
        const field = root?.querySelector<HTMLInputElement>('#search');
        if (typing === 0 && field && root?.activeElement === field) typing = performance.now();
        if (typing > 0 && root?.querySelector('.headline')) done({ typing, prices: performance.now() });
        else requestAnimationFrame(look);
      };
      look();
    }));
  };
  const cold = await visit();
  const rounds = [];
  for (let round = 0; round < 6; round += 1) rounds.push(await visit());
  const told = ({ typing, prices }: typeof cold) => `${Math.round(typing)} (${Math.round(prices)})`;
  console.log(`first visit: one types after ${told(cold)} ms, then after ${rounds.map(told).join(', ')} ms; in brackets there are prices`);
  // Other work on the machine makes visits slower and none faster.
  const best = (what: 'typing' | 'prices') => Math.min(...rounds.map((round) => round[what]));
  expect(cold.typing).toBeLessThanOrEqual(FIRST);
  expect(best('typing')).toBeLessThanOrEqual(NEXT);
  // On a machine that has nothing else to do the prices are there within the same time; twice as long is allowed to one that has.
  expect(cold.prices).toBeLessThanOrEqual(2 * FIRST);
  expect(best('prices')).toBeLessThanOrEqual(2 * NEXT);
});

test('a key is answered within 50 ms', async ({ page, demo }) => {
  await open(page, demo.origin);
  await page.evaluate(() => {
    const slow: number[] = [];
    Object.assign(globalThis, { slow });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if ((entry as PerformanceEventTiming).interactionId > 0) slow.push(entry.duration);
    }).observe({ type: 'event', durationThreshold: 16, buffered: true } as PerformanceObserverInit);
  });
  const line = await add(page, 'd4s v5', '730');
  for (let count = 0; count < 20; count += 1) await page.keyboard.press('Control+d');
  // A plain field beside the element takes as long as the machine lets anything take.
  await page.evaluate(() => {
    const field = document.createElement('input');
    field.id = 'plain';
    document.body.prepend(field);
  });
  const slowest = async (type: () => Promise<void>) => {
    await page.evaluate(() => { (globalThis as unknown as { slow: number[] }).slow.length = 0; });
    await type();
    await page.waitForTimeout(300);
    // Below the threshold of 16 ms an interaction is not told: it is none of the slow ones.
    return Math.max(0, ...await page.evaluate(() => (globalThis as unknown as { slow: number[] }).slow));
  };
  const rounds = [];
  for (let round = 0; round < 4; round += 1) {
    const plain = await slowest(async () => {
      await page.locator('#plain').focus();
      await page.keyboard.type('1234567 data transfer out');
    });
    const ours = await slowest(async () => {
      await line.getByLabel(/^Quantity of/).focus();
      await page.keyboard.type('1234567');
      await search(page).focus();
      await page.keyboard.type('data transfer out');
    });
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    rounds.push({ plain, ours });
  }
  console.log(`slowest of 25 keys with 21 lines, and in a plain field: ${rounds.map(({ plain, ours }) => `${ours} (${plain})`).join(', ')} ms`);
  expect(Math.min(...rounds.map(({ plain, ours }) => ours - plain))).toBeLessThanOrEqual(50);
});
