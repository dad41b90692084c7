// Looks at pages in a browser, as a reader would who has a telephone, no mouse, no script, or a screen reader.
//
//   node web/test/check_pages.mjs [--screenshots FOLDER] URL-OR-FOLDER [PAGE…] [--missing PAGE]…
//   node web/test/check_pages.mjs --control
//
// A page is a path below the URL or folder ("" and so "index.html" if none is named). Each is looked at in 320 and 1280
// pixels, light and dark: axe finds nothing; the page does not scroll sideways; everything that can be used is reached
// by Tab, shows its focus and lets it go; nothing is missing without script; every request goes to the served origin
// and succeeds; page and style sheet weigh at most 95 KiB before data (the rows of tables). It prints each problem and
// ends with 1 if there is one. A page after --missing must answer 404, and is looked at as the others.
//
// --control looks at a page with planted faults instead, and ends with 1 unless a fault of every kind is found: a check
// that cannot fail says nothing.
import { mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { checkAccessibility, checkKeyboard, checkSideways } from './looks.mjs';
import { serveFolder, servePlanted } from './serve.mjs';

const kWidths = [320, 1280];
const kSchemes = ['light', 'dark'];
const kWeightAtMostBytes = 95 * 1024;
const kKinds = ['accessibility', 'foreign request', 'failed request', 'console', 'sideways', 'weight', 'unreachable',
  'focus not visible', 'trap', 'needs script'];
const here = path.dirname(fileURLToPath(import.meta.url));

function parseArguments(words) {
  const options = { control: false, screenshots: null, target: null, pages: [], missing: [] };
  for (let at = 0; at < words.length; ++at) {
    if (words[at] === '--control') options.control = true;
    else if (words[at] === '--screenshots') options.screenshots = words[++at];
    else if (words[at] === '--missing') options.missing.push(words[++at]);
    else if (options.target === null) options.target = words[at];
    else options.pages.push(words[at]);
  }
  if (!options.control && options.target === null) {
    console.error('usage: check_pages.mjs [--screenshots FOLDER] URL-OR-FOLDER [PAGE…] [--missing PAGE]… | --control');
    process.exit(64);
  }
  if (options.pages.length + options.missing.length === 0) options.pages.push('');
  return options;
}

// Opens a page and notes what it asks for. `note` takes a kind and a sentence; `status` is what the page must answer.
async function open(browser, url, settings, note, status = 200) {
  const context = await browser.newContext(settings);
  const page = await context.newPage();
  const origin = new URL(url).origin;
  const weights = [];
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) note('foreign request', request.url());
  });
  page.on('requestfailed', (request) => note('failed request', `${request.url()}: ${request.failure()?.errorText}`));
  page.on('response', (response) => {
    // Browsers ask for this one by themselves; no page of ours names it.
    const isWanted = response.url() === url ? response.status() === status : response.status() < 400;
    if (!isWanted && !response.url().endsWith('/favicon.ico')) {
      note('failed request', `${response.url()}: ${response.status()}`);
    }
    if (['document', 'stylesheet'].includes(response.request().resourceType())) {
      weights.push(response.body().then((body) => body.length, () => 0));
    }
  });
  page.on('console', (message) => {
    const isAboutStatus = message.location().url === url && status >= 400;  // the console says so of every missing page
    if (['error', 'warning'].includes(message.type()) && !isAboutStatus && !message.location().url.endsWith('/favicon.ico')) {
      note('console', message.text());
    }
  });
  await page.goto(url, { waitUntil: 'load' });
  return { context, page, weight: async () => (await Promise.all(weights)).reduce((sum, one) => sum + one, 0) };
}

// Rows of tables are what the reader came for: they are not what a page must be spared.
const dataBytes = (page) => page.evaluate(() =>
  [...document.querySelectorAll('tbody')].reduce((sum, rows) => sum + new TextEncoder().encode(rows.outerHTML).length, 0));

const textOf = (page) => page.evaluate(() => document.body.innerText.replace(/\s+/g, ' '));

async function checkPage(browser, url, status, screenshots, noteAny) {
  let weight = 0;
  let data = 0;
  let stops = 0;
  for (const width of kWidths) {
    for (const scheme of kSchemes) {
      const note = (kind, text) => noteAny(kind, `${url} ${width} ${scheme}: ${text}`);
      const settings = { viewport: { width, height: 900 }, colorScheme: scheme };
      const opened = await open(browser, url, settings, note, status);
      await checkSideways(opened.page, note);
      if (screenshots !== null) {
        const name = (new URL(url).pathname.replace(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '') || 'front');
        await opened.page.screenshot({ path: path.join(screenshots, `${name}-${width}-${scheme}.png`), fullPage: true });
      }
      await checkAccessibility(opened.page, note);
      stops = await checkKeyboard(opened.page, note);
      await checkAccessibility(opened.page, note);  // now with everything open
      await checkSideways(opened.page, note);
      data = await dataBytes(opened.page);
      weight = await opened.weight() - data;
      await opened.context.close();
    }
  }
  if (weight > kWeightAtMostBytes) noteAny('weight', `${url}: ${weight} bytes before data, at most ${kWeightAtMostBytes}`);
  const silent = () => {};
  const withScript = await open(browser, url, {}, silent);
  const withoutScript = await open(browser, url, { javaScriptEnabled: false }, silent);
  if (await textOf(withScript.page) !== await textOf(withoutScript.page)) {
    noteAny('needs script', `${url}: the text differs without script`);
  }
  await withScript.context.close();
  await withoutScript.context.close();
  console.log(`${url}: looked at; ${weight} bytes of page and style sheet, ${data} of data, ${stops} stops by Tab`);
}

async function main() {
  const options = parseArguments(process.argv.slice(2));
  if (options.screenshots !== null) await mkdir(options.screenshots, { recursive: true });
  let server = null;
  if (options.control) server = await servePlanted(path.join(here, 'planted'));
  else if ((await stat(options.target).catch(() => null))?.isDirectory()) server = await serveFolder(options.target);
  const base = server?.url ?? options.target;

  const problems = new Map();
  const note = (kind, text) => problems.set(`${kind}: ${text}`, kind);
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    const check = (page, status) => checkPage(browser, new URL(page, base).href, status, options.screenshots, note);
    for (const page of options.pages) await check(page, 200);
    for (const page of options.missing) await check(page, 404);
  } finally {
    await browser.close();
    server?.close();
  }

  if (options.control) {
    const found = new Set(problems.values());
    const missed = kKinds.filter((kind) => !found.has(kind));
    console.log(`planted faults: ${kKinds.length - missed.length} of ${kKinds.length} kinds found`);
    for (const kind of missed) console.log(`NOT FOUND: ${kind}`);
    process.exit(missed.length === 0 ? 0 : 1);
  }
  for (const problem of problems.keys()) console.log(problem);
  console.log(`pages: ${options.pages.length + options.missing.length}, problems: ${problems.size}`);
  process.exit(problems.size === 0 ? 0 : 1);
}

await main();
