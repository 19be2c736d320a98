// `make pictures`: the views of the calculator as pictures for the docs. No test: nothing is compared with them but by eyes.

import { defineConfig } from '@playwright/test';
import tests from './playwright.config';

export default defineConfig({ ...tests, projects: undefined, testMatch: 'pictures.ts' });
