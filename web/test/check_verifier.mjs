// Uses the verifier in a browser, as a stranger would who has the page on a disk, or has it from a server, and some
// files; with a mouse and without one; with good files and with files that somebody changed.
//
//   node web/test/check_verifier.mjs PAGE VECTORS [--screenshots FOLDER]
//
// PAGE is verify.html, VECTORS tests/data/candour_verifier.json. In 320 and 1280 pixels, light and dark: axe finds
// nothing before files are given, and with everything open after; the page does not scroll sideways; Tab reaches
// all that can be used. No request is made, from the disk with the network cut off. A page whose script was changed
// does not run: its policy is no decoration. It prints each problem and ends with 1 if there is one.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { checkAccessibility, checkKeyboard, checkSideways } from './looks.mjs';
import { serveFolder } from './serve.mjs';

const kTrust = ['charter.dsse', 'charter.tlog-proof', 'providers.json', 'candour.policy'];
const kGood = [...kTrust, 'emergency.dsse', 'emergency.tlog-proof', 'release.dsse', 'release.tlog-proof', 'release.json', 'waits.csv',
  'my-receipt.json'];

// What is done to a file, which report must then fail, and by which checks.
const kTampered = [
  ['emergency.dsse', (text) => `${text}\n`, 'emergency.dsse', ['form']],
  ['emergency.tlog-proof', (text) => text.replace('\n1000\n', '\n1001\n'), 'emergency.dsse', ['checkpoint', 'witnesses']],
  ['emergency.tlog-proof', (text) => text.replace(/(\nindex .*\n).*\n/, '$1'), 'emergency.dsse', ['included']],
  ['waits.csv', (text) => text.replace('300', '301'), 'release.dsse', ['files']],
  ['my-receipt.json', (text) => text.replace('"index": 137', '"index": 138'), 'my-receipt.json', ['row']],
];

function parseArguments(words) {
  const at = words.indexOf('--screenshots');
  const screenshots = at < 0 ? null : words.splice(at, 2)[1];
  if (words.length !== 2) {
    console.error('usage: check_verifier.mjs PAGE VECTORS [--screenshots FOLDER]');
    process.exit(64);
  }
  return { page: path.resolve(words[0]), vectors: words[1], screenshots };
}

const problems = [];
const note = (kind, text) => problems.push(`${kind}: ${text}`);

async function open(browser, url, settings, offline) {
  const context = await browser.newContext(settings);
  await context.setOffline(offline);
  const page = await context.newPage();
  page.on('request', (request) => {
    if (request.url() !== url && !request.url().startsWith('data:')) note('request', request.url());
  });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) note('console', message.text());
  });
  page.on('pageerror', (error) => note('error', String(error)));
  await page.goto(url, { waitUntil: 'load' });
  return page;
}

// Runs in the page: by file, the outcome of each check.
const foundOn = (page) => page.evaluate(() => Object.fromEntries([...document.querySelectorAll('[data-file]')].map((report) =>
  [report.dataset.file, Object.fromEntries([...report.querySelectorAll('[data-check]')].map((one) => [one.dataset.check, one.dataset.outcome]))])));

async function give(page, files) {
  await page.locator('#files').setInputFiles(files);
  await page.waitForFunction((count) => document.querySelectorAll('#given li').length >= count, files.length);
}

const failing = (report) => Object.entries(report ?? {}).filter(([, outcome]) => outcome === 'fails').map(([check]) => check);
const expect = (what, found, wanted) => {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) note('verdict', `${what}: ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`);
};

async function checkLooks(browser, url, offline, folder, screenshots, name) {
  for (const width of [320, 1280]) {
    for (const scheme of ['light', 'dark']) {
      const at = (kind, text) => note(kind, `${name} ${width} ${scheme}: ${text}`);
      const page = await open(browser, url, { viewport: { width, height: 900 }, colorScheme: scheme }, offline);
      const look = async (state) => {
        await checkAccessibility(page, at);
        await checkSideways(page, at);
        if (screenshots !== null) {
          await page.screenshot({ path: path.join(screenshots, `${name}-${state}-${width}-${scheme}.png`), fullPage: true });
        }
      };
      await look('empty');
      await give(page, kGood.map((one) => path.join(folder, one)));
      const found = await foundOn(page);
      expect('reports', Object.keys(found).sort(), ['charter.dsse', 'emergency.dsse', 'my-receipt.json', 'release.dsse']);
      for (const [file, report] of Object.entries(found)) expect(file, failing(report), []);
      expect('emergency', found['emergency.dsse']?.emergency, 'note');
      const stops = await checkKeyboard(page, at);
      await look('open');
      console.log(`${name} ${width} ${scheme}: looked at, ${stops} stops by Tab`);
      await page.context().close();
    }
  }
}

async function checkTampered(browser, url, offline, folder, screenshots, name) {
  const page = await open(browser, url, {}, offline);
  for (const [file, change, report, wanted] of kTampered) {
    const text = await readFile(path.join(folder, file), 'utf8');
    if (change(text) === text) note('test', `${file} is as it was`);
    await page.reload();
    await give(page, kGood.map((one) => path.join(folder, one)));
    expect(`${file} before`, failing((await foundOn(page))[report]), []);
    await page.locator('#files').setInputFiles({ name: file, mimeType: 'text/plain', buffer: Buffer.from(change(text)) });
    await page.waitForFunction(() => document.querySelector('[data-outcome=fails]') !== null);
    expect(`${file} tampered`, failing((await foundOn(page))[report]), wanted);
    if (screenshots !== null && report === 'my-receipt.json') {
      await page.screenshot({ path: path.join(screenshots, `${name}-tampered.png`), fullPage: true });
      await checkAccessibility(page, (kind, text_) => note(kind, `${name} tampered: ${text_}`));
    }
  }
  await page.context().close();
}

// Files fall on the page as a mouse would let them.
async function checkDrop(browser, url, folder, name) {
  const page = await open(browser, url, {}, false);
  const files = await Promise.all(['instruction.dsse', 'instruction.tlog-proof'].map(async (one) => [one, await readFile(path.join(folder, one), 'utf8')]));
  await page.evaluate((dropped) => {
    const data = new DataTransfer();
    for (const [file, text] of dropped) data.items.add(new File([text], file));
    document.querySelector('h1').dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
  }, files);
  await page.waitForSelector('[data-file]');
  const report = (await foundOn(page))['instruction.dsse'];
  expect(`${name} drop`, [report?.included, report?.checkpoint], ['holds', 'open']);
  await page.context().close();
}

const focusedId = (page) => page.evaluate(() => document.activeElement?.id ?? '');
async function tabTo(page, isThere) {
  for (let steps = 0; steps < 80; ++steps) {
    await page.keyboard.press('Tab');
    if (await isThere()) return;
  }
  note('keyboard', `not reached by Tab: ${isThere}`);
}

// A browser lets a key open a chooser for a few seconds: where the machine stands still for longer it is pressed again.
async function chooserAfterSpace(page, presses = 4) {
  const opened = page.waitForEvent('filechooser', { timeout: 15_000 });
  await page.keyboard.press('Space');
  return presses === 1 ? opened : opened.catch(() => chooserAfterSpace(page, presses - 1));
}

// The whole way without a mouse: choose, paste, expect a federation, read, remove.
async function checkKeyboardOnly(browser, url, folder, name) {
  const page = await open(browser, url, {}, false);
  const text = (file) => readFile(path.join(folder, file), 'utf8');
  await tabTo(page, async () => await focusedId(page) === 'files');
  const chooser = await chooserAfterSpace(page);
  await chooser.setFiles(['charter.dsse', 'charter.tlog-proof', 'providers.json'].map((one) => path.join(folder, one)));
  await page.waitForSelector('[data-file]');
  await tabTo(page, () => page.evaluate(() => document.activeElement?.tagName === 'SUMMARY'));
  await page.keyboard.press('Enter');
  await tabTo(page, async () => await focusedId(page) === 'text');
  await page.keyboard.insertText((await text('candour.policy')).trimEnd());
  await tabTo(page, async () => await focusedId(page) === 'paste');
  await page.keyboard.press('Enter');
  expect(`${name} pasted policy`, (await foundOn(page))['charter.dsse']?.witnesses, 'holds');
  await tabTo(page, async () => await focusedId(page) === 'federation');
  await page.keyboard.type('0'.repeat(64));
  expect(`${name} another federation`, failing((await foundOn(page))['charter.dsse']), ['federation']);
  await page.keyboard.press('Backspace');
  expect(`${name} half a digest`, await page.locator('#federation-wrong').isVisible(), true);
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
  expect(`${name} no digest`, failing((await foundOn(page))['charter.dsse']), []);
  await tabTo(page, () => page.evaluate(() => document.activeElement?.textContent === 'Remove charter.dsse'));
  await page.keyboard.press('Space');
  expect(`${name} removed`, await foundOn(page), {});
  expect(`${name} focus after removing`, await focusedId(page), 'given-title');
  await page.context().close();
}

async function checkPrint(browser, url, folder, screenshots) {
  const page = await open(browser, url, {}, false);
  await give(page, [...kTrust, 'instruction.dsse', 'instruction.tlog-proof'].map((one) => path.join(folder, one)));
  await page.emulateMedia({ media: 'print' });
  const isShown = (selector) => page.locator(selector).first().isVisible();
  expect('print', [await isShown('#drop'), await isShown('#clear'), await isShown('.candour-verdict'), await isShown('.candour-members')],
    [false, false, true, true]);
  if (screenshots !== null) await page.pdf({ path: path.join(screenshots, 'print.pdf'), format: 'A4' });
  await page.context().close();
}

// The control: one letter of the script is another, and the page's policy keeps all of it from running.
async function checkChangedScript(browser, page, folder) {
  const changed = path.join(folder, 'changed.html');
  await writeFile(changed, (await readFile(page, 'utf8')).replace('</script>', ';</script>'));
  const context = await browser.newContext();
  const opened = await context.newPage();
  await opened.goto(pathToFileURL(changed).href);
  expect('a changed script', [await opened.locator('#not-started').isVisible(), await opened.locator('#verifier').isVisible()], [true, false]);
  await context.close();
}

async function main() {
  const options = parseArguments(process.argv.slice(2));
  if (options.screenshots !== null) await mkdir(options.screenshots, { recursive: true });
  const folder = await mkdtemp(path.join(tmpdir(), 'candour-verifier-'));
  const { files } = JSON.parse(await readFile(options.vectors, 'utf8'));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  const meta = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(await readFile(options.page, 'utf8'))[1];
  const server = await serveFolder(path.dirname(options.page), `${meta}; frame-ancestors 'none'`);
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    const ways = [['disk', pathToFileURL(options.page).href, true], ['server', new URL(path.basename(options.page), server.url).href, false]];
    await checkLooks(browser, ways[0][1], true, folder, options.screenshots, ways[0][0]);
    for (const [name, url, offline] of ways) {
      await checkTampered(browser, url, offline, folder, options.screenshots, name);
      await checkDrop(browser, url, folder, name);
      await checkKeyboardOnly(browser, url, folder, name);
    }
    await checkPrint(browser, ways[0][1], folder, options.screenshots);
    await checkChangedScript(browser, options.page, folder);
  } finally {
    await browser.close();
    server.close();
    await rm(folder, { recursive: true });
  }
  for (const problem of problems) console.log(problem);
  console.log(`the verifier in a browser: ${problems.length} problems`);
  process.exit(problems.length === 0 ? 0 : 1);
}

await main();
