// The real program's demo, started once for all specs and workers: they read it and change nothing. Where it listens and keeps
// its data is read from what it prints.

import { spawn, type ChildProcess } from 'node:child_process';

const WAIT_MS = 60_000;

/** On the first days of a month there would be little to look at. */
const NOW = '2026-11-23T09:00:00Z';

export default async function start(): Promise<() => void> {
  const program = process.env['FOREBILL_BIN'];
  if (!program) throw new Error('set FOREBILL_BIN to the forebill program');
  const child = spawn(program, ['demo', '--at', NOW, '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    const { origin, store } = await started(child);
    // Workers have the environment of the process that started them.
    process.env['FOREBILL_DEMO'] = JSON.stringify({ program, origin, store });
  } catch (late) {
    child.kill();
    throw late;
  }
  return () => { child.kill(); };
}

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
