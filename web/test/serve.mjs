// Two small servers for check_pages.mjs: a folder under the same policy as `candour site serve`, and the page with planted
// faults, which needs what that policy forbids.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';

const kTypes = { '.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml',
  '.json': 'application/json', '.csv': 'text/csv; charset=utf-8' };
const kPolicy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

function listen(answer) {
  const server = createServer((request, response) => {
    answer(new URL(request.url, 'http://127.0.0.1').pathname, response).catch(() => {
      response.writeHead(404);
      response.end();
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({ url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() });
    });
  });
}

async function sendFile(folder, pathname, response, headers) {
  const file = path.join(folder, path.normalize(decodeURIComponent(pathname.endsWith('/') ? `${pathname}index.html` : pathname)));
  const content = await readFile(file);
  response.writeHead(200, { 'Content-Type': kTypes[path.extname(file)] ?? 'application/octet-stream', ...headers });
  response.end(content);
}

export const serveFolder = (folder, policy = kPolicy) => listen((pathname, response) =>
  sendFile(folder, pathname, response, { 'Content-Security-Policy': policy, 'X-Content-Type-Options': 'nosniff' }));

export const servePlanted = (folder) => listen(async (pathname, response) => {
  if (pathname === '/heavy.css') {
    response.writeHead(200, { 'Content-Type': kTypes['.css'] });
    response.end(`/*${'x'.repeat(100 * 1024)}*/`);
    return;
  }
  await sendFile(folder, pathname, response, {});
});
