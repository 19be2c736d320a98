// Starts the real program's demo once for all specs, and reads where it
// listens and where it keeps its data from what it prints.

import { spawn, type ChildProcess } from 'node:child_process';
import { test as base, expect } from '@playwright/test';

export interface Demo {
  /** The program under test. */
  program: string;
  origin: string;
  store: string;
}

const WAIT_MS = 60_000;

/** On the first days of a month there would be little to look at. */
const NOW = '2026-11-23T09:00:00Z';

function started(child: ChildProcess): Promise<{ origin: string; store: string }> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const late = setTimeout(() => reject(new Error(`the demo did not start in time; it printed:\n${printed}`)), WAIT_MS);
    const read = (chunk: Buffer) => {
      printed += chunk.toString('utf8');
      const origin = /^\s*Open\s+(http:\/\/\S+)/m.exec(printed)?.[1];
      const store = /^\s*Store\s+(\S.*?)\s*$/m.exec(printed)?.[1];
      if (!origin || !store) return;
      clearTimeout(late);
      resolve({ origin: new URL(origin).origin, store });
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', (chunk: Buffer) => { printed += chunk.toString('utf8'); });
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`the demo ended with ${code}; it printed:\n${printed}`)));
  });
}

export const test = base.extend<object, { demo: Demo }>({
  demo: [async ({}, use) => {
    const program = process.env['FOREBILL_BIN'];
    if (!program) throw new Error('set FOREBILL_BIN to the forebill program');
    const child = spawn(program, ['demo', '--at', NOW, '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'] });
    try {
      await use({ program, ...(await started(child)) });
    } finally {
      child.kill();
    }
  }, { scope: 'worker', timeout: WAIT_MS + 5_000 }],
});

export { expect };
