// How long until one can type, on a processor four times as slow and a mobile network: first visit, and with all cached.

import { expect, test } from './support/demo';

const MBIT = 1_000_000 / 8;

/** On a machine with nothing else to do: 2.4 s and 0.7 s. Twice as long is allowed to one that has. */
const [FIRST, NEXT] = [3000, 1000];

test('one can type within 3 s on the first visit and within 1 s on the next', async ({ page, demo }) => {
  test.setTimeout(120_000);
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', { offline: false, latency: 150, downloadThroughput: 9 * MBIT, uploadThroughput: 1.5 * MBIT });
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  const visit = async () => {
    await page.goto(`${demo.origin}/`, { waitUntil: 'commit' });
    // Measured in the page: from the beginning of the navigation until the field takes letters.
    return page.evaluate(() => new Promise<number>((done) => {
      const look = () => {
        const field = document.querySelector('forebill-estimator')?.shadowRoot?.querySelector<HTMLInputElement>('#search');
        if (field && !field.disabled) done(performance.now());
        else requestAnimationFrame(look);
      };
      look();
    }));
  };
  const cold = await visit();
  const rounds = [];
  for (let round = 0; round < 6; round += 1) rounds.push(await visit());
  console.log(`first visit ${Math.round(cold)} ms, then ${rounds.map(Math.round).join(', ')} ms`);
  // Other work on the machine makes visits slower and none faster.
  expect(cold).toBeLessThanOrEqual(2 * FIRST);
  expect(Math.min(...rounds)).toBeLessThanOrEqual(2 * NEXT);
});
