// The projects: the package installed from its tarball as anybody would, built with the pinned tools.

import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('..', import.meta.url));
const target = process.env['CARGO_TARGET_DIR'] ?? join(here, '../../target');

/** What `npm pack` made. */
export function tarball(): string {
  const manifest = readFileSync(join(target, 'npm/forebill-estimator/package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  return join(target, 'npm', `forebill-estimator-${version}.tgz`);
}

/** Installs it into a project. What an earlier run installed goes: npm takes an equal version for the same package. */
export function installed(name: string): string {
  const project = join(here, 'projects', name);
  for (const old of ['node_modules', 'dist']) rmSync(join(project, old), { recursive: true, force: true });
  run(project, 'npm', 'install', '--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--offline', tarball());
  return project;
}

/** A program of this folder's node_modules, run inside a project. */
export function tool(project: string, name: string, ...args: string[]): string {
  return run(project, join(here, 'node_modules/.bin', name), ...args);
}

export function run(folder: string, command: string, ...args: string[]): string {
  try {
    return execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (thrown) {
    const { status, stdout, stderr } = thrown as { status: number; stdout: string; stderr: string };
    throw new Error(`${command} ${args.join(' ')} in ${folder}: exit ${status}\n${stdout}\n${stderr}`);
  }
}
