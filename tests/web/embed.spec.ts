// The element in pages of others: plain, React, a portal with everything forbidden, a frame, hostile styles, twice.

import { readFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import { expect, test as base } from './support/demo';
import { bundled, examples, Host, STRICT } from './support/host';
import { ready } from './support/page';

const test = base.extend<{ host: Host; complaints: string[] }>({
  host: async ({ demo }, use) => {
    const host = await Host.start(demo.origin);
    await use(host);
    host.stop();
  },
  complaints: async ({ page }, use) => {
    const complaints: string[] = [];
    page.on('console', (message) => { if (message.type() === 'error' && !message.text().includes('favicon')) complaints.push(message.text()); });
    page.on('pageerror', (error) => complaints.push(error.message));
    await use(complaints);
    expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
  },
});

const example = (name: string) => readFileSync(`${examples}${name}`, 'utf8');
const shell = (body: string, head = '') => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Host</title>${head}</head><body>${body}</body></html>`;

async function addIn(element: Locator | ReturnType<Page['frameLocator']>, words: string): Promise<void> {
  const search = element.getByRole('combobox', { name: 'Find a meter to add' });
  await ready(element);
  await search.fill(words);
  await element.locator('#hits [role=option]').first().click();
  await expect(element.locator('[data-line]').first()).toBeVisible();
}

const exact = (element: Locator | ReturnType<Page['frameLocator']>) => element.locator('p.grand').getAttribute('data-exact');

test('in a plain page: a slot, an event, a form', async ({ page, host, complaints }) => {
  void complaints;
  host.page('/plain.html', example('plain.html'));
  host.file('/plain.js', example('plain.js'));
  await page.goto(`${host.origin}/plain.html`);
  const element = page.locator('forebill-estimator');
  await addIn(element, 'd4s v5');
  await expect(page.getByRole('heading', { name: 'What do you need?' })).toBeVisible();
  await expect(page.locator('#cost')).toHaveText(`${await exact(element)} USD`);
  const sent = await page.evaluate(() => JSON.parse(`${new FormData(document.forms[0]).get('estimate')}`) as { items: unknown[] });
  expect(sent.items).toHaveLength(1);
  expect(await element.evaluate((node) => [node.matches(':state(ready)'), node.matches(':state(incomplete)')])).toEqual([true, false]);
  await element.getByLabel(/^Quantity of/).fill('x');
  await expect.poll(() => element.evaluate((node) => node.matches(':state(incomplete)'))).toBe(true);
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
});

test('in React 19: properties and events without a wrapper', async ({ page, host, complaints }) => {
  void complaints;
  host.page('/react.html', shell('<div id="root"></div>', '<script type="module" src="/forebill/estimator.js"></script><script type="module" src="/react.js"></script>'));
  host.file('/react.js', await bundled('react.jsx', '19'));
  await page.goto(`${host.origin}/react.html`);
  const element = page.locator('forebill-estimator');
  await addIn(element, 'd4s v5');
  await expect(page.locator('p output')).toHaveText(`${await exact(element)} USD`);
  await page.getByRole('button', { name: 'Theme' }).click();
  await expect(element).toHaveAttribute('theme', 'dark');
});

test('in a portal with React 18 that lets nothing be fetched', async ({ page, host, demo, complaints }) => {
  void complaints;
  const { books } = await (await fetch(`${demo.origin}/data/books.json`)).json() as { books: { url: string }[] };
  const book = Buffer.from(await (await fetch(`${demo.origin}/${books[0]?.url}`)).arrayBuffer());
  const wasm = /estimator_wasm_bg-\w+\.wasm/;
  const script = await (await fetch(`${host.origin}/forebill/index.html`)).text();
  expect(script).toContain('script');
  host.page('/portal.html', shell('<div id="root"></div><p id="told"></p>', '<script type="module" src="/portal.js"></script>'), STRICT.replace("connect-src 'self'", "connect-src 'none'"));
  host.file('/portal.js', await bundled('backstage.jsx', '18'));
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(`${host.origin}/portal.html`);
  const module = readFileSync(new URL('../../estimator-wasm/npm/src/generated/estimator_wasm_bg.wasm', import.meta.url));
  await page.evaluate(async ({ book, module }) => {
    const bytes = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const { start } = await import('/portal.js' as string) as { start(given: unknown): Promise<void> };
    await start({ priceBook: bytes(book), module: bytes(module) });
  }, { book: book.toString('base64'), module: module.toString('base64') });
  const element = page.locator('forebill-estimator');
  await addIn(element, 'virtual machines');
  await expect(page.locator('#told')).toHaveText(await exact(element) ?? '-');
  await expect(element.locator('.line-path').first()).toContainText('Virtual Machines');
  await expect(element.locator('.line-path').first()).toContainText('EU West');
  expect(await element.locator('.app').evaluate((node) => getComputedStyle(node).color)).toBe('rgb(255, 255, 255)');
  expect(requests.filter((url) => wasm.test(url) || url.includes('/data/'))).toEqual([]);
});

test('in a frame: it hears its parent and nobody else', async ({ page, host, complaints }) => {
  void complaints;
  host.page('/frame.html', example('frame.html').replace('</body>', `<iframe id="other" src="http://localhost:${host.port}/other.html"></iframe></body>`));
  host.file('/frame.js', example('frame.js'));
  host.file('/frame.css', example('frame.css'));
  host.page('/other.html', shell('other'), '');
  await page.goto(`${host.origin}/frame.html`);
  const frame = page.frameLocator('#estimate');
  await addIn(frame, 'd4s v5');
  await expect(page.locator('#cost')).toHaveText(await exact(frame) ?? '-');
  const height = await page.locator('#estimate').evaluate((node) => node.clientHeight);
  expect(height).toBe(await frame.locator('forebill-estimator').evaluate((node) => Math.ceil(node.getBoundingClientRect().height)));

  const workload = { schema: 'forebill.workload/1', items: [{ name: 'taken in', query: 'D4s v5', region: 'westeurope', quantity: '10', unit: 'Hours' }] };
  const good = { forebill: 1, type: 'load', detail: workload };
  const shown = async () => frame.locator('[data-line]').count();
  // From another origin, whatever it says.
  const other = page.frames().find((candidate) => candidate.url().includes('other.html'));
  const bad: unknown[] = [good, { ...good, detail: JSON.stringify(workload) }, { forebill: 1, type: 'theme', detail: 'dark' }, 'load', null, 7, []];
  await other?.evaluate((messages) => {
    for (const message of messages) parent.frames[0]?.postMessage(message, '*');
  }, bad);
  // From the parent, but wrong.
  await page.evaluate(() => {
    const { contentWindow } = document.querySelector('iframe') as HTMLIFrameElement;
    const circle: Record<string, unknown> = { schema: 'forebill.workload/1' };
    circle['items'] = [circle];
    const details: unknown[] = [circle, null, undefined, 7, [], {}, 'x'.repeat(300_000), '{"schema":"forebill.workload/9"}', { schema: 'forebill.workload/1', items: 3 },
      { schema: 'forebill.workload/1', items: [{ name: '<img src=x onerror=alert(1)>', meterId: 'x', quantity: '1' }] }, new Map(), new Date(0), 'null', '[]', '{"__proto__":{}}'];
    for (const detail of details) for (const type of ['load', 'theme', 'clear', '__proto__']) contentWindow?.postMessage({ forebill: 1, type, detail }, '*');
    for (const message of [null, 0, '', 'load', [], { type: 'load' }, { forebill: 2, type: 'load', detail: '{}' }]) contentWindow?.postMessage(message, '*');
  });
  await page.waitForTimeout(500);
  expect(await shown()).toBe(1);
  await expect(frame.locator('[data-line] .name')).toHaveValue('');
  expect(await frame.locator('forebill-estimator').getAttribute('theme')).toBeNull();
  expect(await frame.locator('img').count()).toBe(0);
  // And from the parent, right.
  await page.evaluate((message) => {
    (document.querySelector('iframe') as HTMLIFrameElement).contentWindow?.postMessage(message, location.origin);
  }, good);
  await expect(frame.locator('[data-line] .name')).toHaveValue('taken in');

  // A frame that was told another origin is deaf.
  await page.evaluate(() => { (document.querySelector('iframe') as HTMLIFrameElement).src = '/forebill/embed.html?parent=http://portal.example'; });
  await ready(frame);
  await page.evaluate((message) => {
    (document.querySelector('iframe') as HTMLIFrameElement).contentWindow?.postMessage(message, '*');
  }, good);
  await page.waitForTimeout(500);
  expect(await shown()).toBe(0);
});

test('twice on a page with hostile styles, properties set before it is defined', async ({ page, host, complaints }) => {
  void complaints;
  host.file('/hostile.css', `* { color: red !important; font-size: 40px !important; letter-spacing: 1em; text-transform: uppercase; line-height: 3; visibility: visible; text-align: right; white-space: nowrap; }
    button, input, p, li, table { display: none !important; position: fixed !important; } .line, .app, #search { transform: rotate(9deg) !important; }`);
  host.page('/twice.html', shell('<forebill-estimator id="one"></forebill-estimator><forebill-estimator id="two" books="/forebill/data/books.json"></forebill-estimator>', '<link rel="stylesheet" href="/hostile.css">'));
  await page.goto(`${host.origin}/twice.html`);
  await page.evaluate(async () => {
    Object.assign(document.querySelector('#one') as HTMLElement, { books: '/forebill/data/books.json', lang: 'de' });
    const address = '/forebill/estimator.js';
    await import(address);
    // A second copy of the script changes nothing.
    await import(`${address}?again`);
  });
  const [one, two] = [page.locator('#one'), page.locator('#two')];
  await addIn(two, 'd4s v5');
  await ready(one);
  await expect(one.getByRole('combobox', { name: 'Zähler zum Hinzufügen suchen' })).toBeVisible();
  expect(await one.locator('[data-line]').count()).toBe(0);
  const style = await two.locator('.line-path').evaluate((node) => {
    const { fontSize, letterSpacing, textTransform, display } = getComputedStyle(node);
    return { fontSize, letterSpacing, textTransform, display };
  });
  expect(style).toEqual({ fontSize: '12px', letterSpacing: 'normal', textTransform: 'none', display: 'block' });
  // It lives on when it is moved.
  await page.evaluate(() => document.body.prepend(document.querySelector('#two') as HTMLElement));
  await expect(two.locator('[data-line]')).toHaveCount(1);
  await addIn(two, 'hot lrs');
  await expect(two.locator('[data-line]')).toHaveCount(2);
});

test('the frame works in a page of another origin, in a sandbox, and is silent without a right to an origin', async ({ page, host }) => {
  const frameAt = `http://localhost:${host.port}/forebill/embed.html?parent=${encodeURIComponent(host.origin)}`;
  host.page('/portal.html', shell(`<iframe id="estimate" sandbox="allow-scripts allow-same-origin allow-downloads" src="${frameAt}"></iframe>`), '');
  await page.addInitScript(() => {
    if (window !== top) return;
    const heard: unknown[] = [];
    Object.assign(window, { heard });
    addEventListener('message', ({ origin, data }) => heard.push({ origin, ...(data as object) }));
  });
  await page.goto(`${host.origin}/portal.html`);
  const frame = page.frameLocator('#estimate');
  await addIn(frame, 'd4s v5');
  const told = () => page.evaluate(() => (globalThis as unknown as { heard: { origin: string; type: string; detail: { total?: string } }[] }).heard);
  await expect.poll(async () => (await told()).findLast(({ type }) => type === 'change')?.detail.total).toBe(await exact(frame));
  expect(new Set((await told()).map(({ origin }) => origin))).toEqual(new Set([`http://localhost:${host.port}`]));
  // The page around it cannot reach in but by messages.
  expect(await page.evaluate(() => (document.querySelector('iframe') as HTMLIFrameElement).contentDocument)).toBeNull();
  await page.evaluate(() => (document.querySelector('iframe') as HTMLIFrameElement).contentWindow?.postMessage({
    forebill: 1, type: 'load', detail: { schema: 'forebill.workload/1', items: [{ name: 'from another origin', query: 'D4s v5', region: 'westeurope', quantity: '10', unit: 'Hours' }] },
  }, '*'));
  await expect(frame.locator('[data-line] .name')).toHaveValue('from another origin');

  // Without `allow-same-origin` it has no origin, and no server gives it scripts or prices: it stays empty, and says nothing.
  await page.evaluate(() => { (globalThis as unknown as { heard: unknown[] }).heard.length = 0; });
  const refused = page.waitForEvent('requestfailed');
  await page.locator('#estimate').evaluate((node, src) => {
    node.setAttribute('sandbox', 'allow-scripts');
    (node as HTMLIFrameElement).src = src;
  }, `${frameAt}&again`);
  await refused;
  expect(await told()).toEqual([]);
});

test('the manifest for editors and wrappers names what the element has', async ({ page, host }) => {
  const manifest = JSON.parse(readFileSync(new URL('../../web/dist/custom-elements.json', import.meta.url), 'utf8')) as {
    modules: { declarations: { tagName: string; attributes: { name: string }[]; events: { name: string }[]; slots: { name: string }[]; cssParts: { name: string }[]; members: { name: string; kind: string }[] }[] }[];
  };
  const told = manifest.modules[0]?.declarations[0];
  if (!told) throw new Error('the manifest is empty');
  host.page('/empty.html', shell('<form><forebill-estimator name="x" books="/forebill/data/books.json"></forebill-estimator></form>', '<script type="module" src="/forebill/estimator.js"></script>'));
  await page.goto(`${host.origin}/empty.html`);
  const element = page.locator('forebill-estimator');
  await addIn(element, 'd4s v5');
  const own = await element.evaluate((node) => ({
    attributes: (node.constructor as unknown as { observedAttributes: string[] }).observedAttributes,
    methods: ['toJSON', 'load', 'clear', 'shareUrl', 'rate'].filter((name) => name in node),
    slots: [...(node.shadowRoot?.querySelectorAll('slot') ?? [])].map((slot) => slot.name),
    parts: [...(node.shadowRoot?.querySelectorAll('[part]') ?? [])].map((part) => part.getAttribute('part')),
  }));
  const names = (list: { name: string }[]) => list.map(({ name }) => name);
  expect(told.tagName).toBe('forebill-estimator');
  // `density`, `autofocus` and `name` are the platform's or for styles alone.
  expect([...names(told.attributes), 'internal'].filter((name) => !['density', 'autofocus', 'name', 'internal'].includes(name)).sort()).toEqual(own.attributes.toSorted());
  expect(names(told.members.filter(({ kind }) => kind === 'method')).filter((name) => !name.startsWith('#')).sort()).toEqual(own.methods.sort());
  for (const slot of own.slots) expect(names(told.slots)).toContain(slot);
  for (const part of own.parts) expect(names(told.cssParts)).toContain(part);
  const heard = await page.evaluate(async () => {
    const node = document.querySelector('forebill-estimator') as HTMLElement & { clear(): void; shareUrl(): Promise<string | null> };
    const link = await node.shareUrl();
    const events: string[] = [];
    document.addEventListener('forebill-change', () => events.push('forebill-change'));
    node.clear();
    await new Promise((done) => setTimeout(done, 100));
    return { events, link };
  });
  expect(heard.events).toEqual(['forebill-change']);
  expect(heard.link).toMatch(/#e=1\./);
  expect(names(told.events).sort()).toEqual(['forebill-change', 'forebill-error', 'forebill-export', 'forebill-ready', 'forebill-share']);
});
