// Opens pages in a headless Chromium and says what is wrong with them: by axe-core, by size, by keyboard, and what they
// fetched. One browser, one tab; HTTP on 127.0.0.1:PORT:
//   POST /visit {"url"}        goes there as a person would; answers {status, address, text}
//   POST /back                 the browser's way back; answers the same
//   POST /look                 what stands there now; answers the same
//   POST /judge {"name"}       looks at the page at every size and in light and dark; answers {findings, looks}
//   node judge.mjs PORT [FOLDER]    FOLDER takes a screenshot of each look
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [port, shots] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const profile = mkdtempSync(join(tmpdir(), 'page-judge-'));
const chromium = spawn(process.env.CHROMIUM ?? 'chromium', [
  '--headless=new', '--no-sandbox', '--remote-debugging-pipe', `--user-data-dir=${profile}`, '--no-first-run',
  '--no-default-browser-check', '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--disable-extensions', '--disable-dev-shm-usage', '--disable-gpu', '--hide-scrollbars', 'about:blank',
], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });

// The DevTools protocol: JSON, each message ended by a NUL.
const waiting = new Map();
const heard = [];
let number = 0;
let session;
let unread = '';
const ask = (method, params = {}) => new Promise((resolve, reject) => {
  number += 1;
  waiting.set(number, { resolve, reject, method });
  chromium.stdio[3].write(`${JSON.stringify({ id: number, method, params, sessionId: session })}\0`);
});
chromium.stdio[4].setEncoding('utf8').on('data', (bytes) => {
  const messages = (unread + bytes).split('\0');
  unread = messages.pop();
  for (const text of messages) {
    const message = JSON.parse(text);
    if (message.method) heard.push(message);
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error) asked?.reject(new Error(`${asked.method}: ${message.error.message}`));
    else asked?.resolve(message.result);
  }
});
const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
const leave = () => {
  chromium.kill('SIGKILL');
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  process.exit(0);
};
process.on('SIGTERM', leave);
chromium.on('exit', () => process.exit(1));

const within = async (expression) => {
  const { result, exceptionDetails } = await ask('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value;
};
const events = (name) => heard.filter((one) => one.method === name).map((one) => one.params);

async function look() {
  const documents = events('Network.responseReceived').filter((one) => one.type === 'Document');
  return {
    status: documents.at(-1)?.response.status ?? 0,
    ...await within('({address: location.href, text: document.body?.innerText ?? ""})'),
  };
}

// Until the page is there and nothing was asked of the network for a while: a page may lead on by itself.
async function settle() {
  const until = Date.now() + 15_000;
  for (let before = -1; Date.now() < until;) {
    const now = events('Network.requestWillBeSent').length + events('Page.loadEventFired').length;
    if (now === before && events('Page.loadEventFired').length > 0) break;
    before = now;
    await sleep(150);
  }
  return look();
}

async function visit(act) {
  heard.length = 0;
  await act();
  return settle();
}
async function back() {
  const { currentIndex, entries } = await ask('Page.getNavigationHistory');
  return visit(() => ask('Page.navigateToHistoryEntry', { entryId: entries[currentIndex - 1].id }));
}

// What a page may not have asked for: anything but itself.
function fetched() {
  return events('Network.requestWillBeSent')
    .filter((one) => one.type !== 'Document' && !one.request.url.startsWith('data:'))
    .map((one) => `fetched ${one.request.url}`);
}

const inPage = {
  // Runs axe: https://www.deque.com/axe/core-documentation/api-documentation/
  axe: `axe.run(document, {resultTypes: ['violations'], preload: false}).then((r) => r.violations.map(
    (v) => 'axe ' + v.id + ': ' + v.help + ': ' + v.nodes.map((n) => n.target.join(' ')).join(', ')))`,
  size: `(() => {
    const found = [];
    const root = document.scrollingElement;
    if (root.scrollWidth > root.clientWidth) found.push('wider than the window: ' + root.scrollWidth + ' of ' + root.clientWidth);
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node; (node = walk.nextNode());) {
      const holder = node.parentElement;
      if (!node.data.trim() || !holder.checkVisibility()) continue;
      if (parseFloat(getComputedStyle(holder).fontSize) < 12) found.push('small letters: ' + node.data.trim().slice(0, 40));
    }
    return found;
  })()`,
  paper: `getComputedStyle(document.body).backgroundColor`,
  unfold: `document.querySelectorAll('details').forEach((one) => { one.open = true; })`,
  fold: `document.querySelectorAll('details').forEach((one) => { one.open = false; })`,
  reachable: `[...document.querySelectorAll('a[href],button,summary,input:not([type=hidden])')].length`,
  focused: `(() => {
    const one = document.activeElement;
    if (one === document.body || one === null) return null;
    const style = getComputedStyle(one);
    return {name: one.tagName + ' ' + one.innerText.slice(0, 40), ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0};
  })()`,
};

// Everything that can be pressed is reached by Tab, and shows that it is.
async function byKeyboard() {
  const found = [];
  const wanted = await within(inPage.reachable);
  await within('document.activeElement?.blur()');
  const reached = new Set();
  for (let press = 0; press < wanted; press += 1) {
    for (const type of ['rawKeyDown', 'keyUp']) await ask('Input.dispatchKeyEvent', { type, key: 'Tab', code: 'Tab', windowsVirtualKeyCode: 9 });
    const focused = await within(inPage.focused);
    if (focused) reached.add(focused.name);
    if (focused && !focused.ring) found.push(`no ring around ${focused.name}`);
  }
  if (reached.size < wanted) found.push(`Tab reaches ${reached.size} of ${wanted}`);
  return found;
}

// 320 is a window of 1280 at 400 %.
const sizes = [1000, 390, 320];
async function judge(name) {
  const findings = fetched();
  let looks = 0;
  await within(axe);
  for (const scheme of ['light', 'dark']) {
    await ask('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
    for (const width of sizes) {
      await ask('Emulation.setDeviceMetricsOverride', { width, height: 800, deviceScaleFactor: 1, mobile: false });
      const add = (found) => findings.push(...found.map((text) => `${width} ${scheme}: ${text}`));
      const bright = /\d+/.exec(await within(inPage.paper))[0] > 127;
      if (bright !== (scheme === 'light')) add(['the paper has the other scheme\'s colour']);
      for (const fold of ['fold', 'unfold']) {
        await within(inPage[fold]);
        add(await within(inPage.size));
        add(await within(inPage.axe));
        looks += 1;
        if (!shots) continue;
        const { data } = await ask('Page.captureScreenshot', { captureBeyondViewport: true });
        writeFileSync(join(shots, `${name}-${width}-${scheme}-${fold}.png`), data, 'base64');
      }
      await within(inPage.fold);
    }
  }
  findings.push(...await byKeyboard());
  findings.push(...events('Log.entryAdded').filter((one) => one.entry.source === 'security').map((one) => one.entry.text));
  return { findings, looks };
}

const { targetId } = await ask('Target.createTarget', { url: 'about:blank' });
session = (await ask('Target.attachToTarget', { targetId, flatten: true })).sessionId;
for (const domain of ['Page', 'Network', 'Runtime', 'Log']) await ask(`${domain}.enable`);

const answers = {
  '/visit': ({ url }) => visit(() => ask('Page.navigate', { url })),
  '/back': back,
  '/look': look,
  '/judge': ({ name }) => judge(name),
};
createServer(async (request, reply) => {
  let body = '';
  for await (const bytes of request) body += bytes;
  const send = (status, value) => {
    reply.writeHead(status, { 'Content-Type': 'application/json' });
    reply.end(JSON.stringify(value));
  };
  try {
    send(200, await answers[request.url](JSON.parse(body || '{}')));
  } catch (error) {
    send(500, { error: String(error.stack) });
  }
}).listen(Number(port), '127.0.0.1', () => console.log('ready'));
