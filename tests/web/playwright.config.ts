import { execFileSync } from 'node:child_process';
import { defineConfig } from '@playwright/test';

const chromium = process.env['CHROMIUM']
  ?? execFileSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).trim();

const MEASURED = ['start.spec.ts'];

export default defineConfig({
  testDir: '.',
  outputDir: 'test-results',
  globalSetup: './support/started.ts',
  // Two at a time, test by test: a file of long ones would be waited for at the end.
  workers: 2,
  fullyParallel: true,
  // What is measured has the machine for itself, after all else.
  projects: [
    { name: 'pages', testIgnore: MEASURED },
    { name: 'measured', testMatch: MEASURED, dependencies: ['pages'], fullyParallel: false },
  ],
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    actionTimeout: 10_000,
    browserName: 'chromium',
    locale: 'en-US',
    timezoneId: 'UTC',
    colorScheme: 'light',
    // A worker would answer what tests answer in the server's place; its own test lets it.
    serviceWorkers: 'block',
    viewport: { width: 1280, height: 900 },
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: {
      executablePath: chromium,
      args: [
        '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync', '--font-render-hinting=none',
      ],
    },
  },
});
