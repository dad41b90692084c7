// Makes the verifier, one file that needs no other: OUTDIR/verify.html. web/build runs it.
//
//   node web/verify/build.mjs OUTDIR
//
// Script and style stand in the page, and its policy names them by their SHA-256: so it runs from a disk, where a
// browser knows no origin that 'self' could mean and loads no module, and nothing else runs in it. It is refused
// where it is larger than a page may be, or where style or script could end their element.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { compile } from 'sass';

const kAtMostBytes = 200 * 1024;
const here = path.dirname(fileURLToPath(import.meta.url));

function fail(why) {
  console.error(`web/verify/build.mjs: ${why}`);
  process.exit(1);
}

const script = buildSync({ entryPoints: [path.join(here, 'main.ts')], bundle: true, minify: true, write: false, format: 'iife',
  platform: 'browser', target: ['chrome100', 'firefox100', 'safari15.4'], charset: 'utf8', legalComments: 'none' }).outputFiles[0].text.trim();
const style = compile(path.join(here, 'verify.scss'), { style: 'compressed', loadPaths: [path.join(here, '../../node_modules')],
  quietDeps: true }).css.trim();
if (/<\/script|<!--/i.test(script) || /<\/style/i.test(style)) fail('script or style would end its element');
if (/@font-face|@import|url\(\s*["']?(https?:)?\/\//i.test(style)) fail('the style would call another host');

const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const policy = `default-src 'none'; script-src ${hash(script)}; style-src ${hash(style)}; img-src data:; base-uri 'none'; `
  + "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
const parts = { POLICY: policy, STYLE: style, SCRIPT: script };
const page = readFileSync(path.join(here, 'page.html'), 'utf8').replace(/\{\{([A-Z]+)\}\}/g, (_, name) => parts[name]);
if (Buffer.byteLength(page) > kAtMostBytes) fail(`the page has ${Buffer.byteLength(page)} bytes, at most ${kAtMostBytes} are allowed`);
const out = path.join(process.argv[2] ?? fail('usage: build.mjs OUTDIR'), 'verify.html');
writeFileSync(out, page);
console.log(`${out}: ${Buffer.byteLength(page)} bytes, SHA-256 ${createHash('sha256').update(page).digest('hex')}`);
