// A FHIRcast hub for tests. Follows FHIRcast 3.0 (sections 2-4 to 2-9); misbehaves when told to through /admin.
import http from 'node:http';
import https from 'node:https';
import { readFileSync } from 'node:fs';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const { WebSocketServer, WebSocket } = require('ws');
globalThis.WebSocket ??= WebSocket; // @medplum/core wants it at load time; node 20 has none
const { createFhircastMessagePayload } = require('@medplum/core');

const env = process.env; const PORT = +(env.PORT ?? 9650); const TLS = env.TLS_CERT && env.TLS_KEY;
const BASE = env.BASE ?? `${TLS ? 'https' : 'http'}://127.0.0.1:${PORT}`;
const HUB = `${BASE}/hub`; const WSBASE = BASE.replace(/^http/, 'ws');
const EVENTS = ['Patient-open', 'Patient-close', 'Encounter-open', 'Encounter-close', 'ImagingStudy-open', 'ImagingStudy-close', 'DiagnosticReport-open', 'DiagnosticReport-close', 'DiagnosticReport-update', 'DiagnosticReport-select', 'SyncError', 'UserLogout', 'UserHibernate', 'Home-open'];
const sleep = (ms) => new Promise((r) => { setTimeout(r, ms); });
const has = (list, name) => list.some((e) => e.toLowerCase() === name.toLowerCase());

const normal = () => ({ lease_seconds: 7200, heartbeat_ms: 0, ack_timeout_ms: 10000, token: env.TOKEN ?? null,
  subscribe_status: 0, subscribe_delay_ms: 0, confirm: 'normal' /* normal | none | denied | late | garbage */, confirm_delay_ms: 0, extra_events: [], ws_status: 0 /* refuse the upgrade */, mute_pong: false });
let mode = normal();
const subs = new Map();      // endpoint id -> { topic, events, name, ws, sent: Map(id -> {t,event}) }
const context = new Map();   // topic -> { type, versionId, context, open: Map(anchor -> message) }
const log = []; let seq = 0;
const note = (o) => { log.push({ n: ++seq, at: Date.now(), ...o }); if (log.length > 20000) log.shift(); };

const tell = (s, o, how = {}) => {
  if (s.ws?.readyState !== WebSocket.OPEN) return;
  if (Buffer.isBuffer(o)) { s.ws.send(o, { binary: !!how.binary }); return; }
  const text = typeof o === 'string' ? o : JSON.stringify(o);
  if (how.fragment) { const k = Math.max(1, Math.ceil(text.length / how.fragment)); for (let i = 0; i < how.fragment; i += 1) s.ws.send(text.slice(i * k, (i + 1) * k), { fin: i === how.fragment - 1, binary: false }); } else s.ws.send(how.binary ? Buffer.from(text) : text, { binary: !!how.binary });
};
const deliver = (msg, { from, how, only } = {}) => {
  let n = 0;
  for (const [id, s] of subs) {
    if (s.topic !== msg.event['hub.topic'] || !has(s.events, msg.event['hub.event']) || s === from || (only && id !== only)) continue;
    n += 1; tell(s, msg, how);
    s.sent.set(msg.id, { t: Date.now(), event: msg.event['hub.event'] });
    if (mode.ack_timeout_ms) setTimeout(() => { if (s.sent.delete(msg.id)) { note({ what: 'no-ack', sub: s.name, id: msg.id }); syncError(s, msg, `${s.name} did not answer`); } }, mode.ack_timeout_ms).unref();
  }
  return n;
};
function syncError(s, msg, text) {
  if (msg.event['hub.event'].toLowerCase() === 'syncerror') return;
  deliver({ timestamp: new Date().toISOString(), id: randomUUID(), event: { 'hub.topic': s.topic, 'hub.event': 'SyncError', context: [{ key: 'operationoutcome', resource: { resourceType: 'OperationOutcome', issue: [{ severity: 'warning', code: 'processing', diagnostics: text, details: { coding: [{ system: 'https://fhircast.hl7.org/events/syncerror/eventid', code: msg.id }, { system: 'https://fhircast.hl7.org/events/syncerror/eventname', code: msg.event['hub.event'] }, { system: 'https://fhircast.hl7.org/events/syncerror/subscriber', code: s.name }] } }] } }] } }, { from: s });
}
const remember = (msg) => {
  const [anchor, verb] = msg.event['hub.event'].split('-'); const t = msg.event['hub.topic'];
  if (!context.has(t)) context.set(t, { type: '', versionId: randomUUID(), context: [], open: new Map() });
  const c = context.get(t);
  if (verb?.toLowerCase() === 'open') { c.open.delete(anchor); c.open.set(anchor, msg); Object.assign(c, { type: anchor, versionId: randomUUID(), context: msg.event.context }); }
  if (verb?.toLowerCase() === 'close') { c.open.delete(anchor); if (c.type.toLowerCase() === anchor.toLowerCase()) Object.assign(c, { type: '', versionId: randomUUID(), context: [] }); }
};
const deny = (id, reason, code = 1000) => { const s = subs.get(id); if (!s) return; tell(s, { 'hub.mode': 'denied', 'hub.topic': s.topic, 'hub.events': s.events.join(','), 'hub.reason': reason }); subs.delete(id); clearTimeout(s.lease); s.ws?.close(code); };

const body = async (q) => { let b = ''; for await (const c of q) b += c; return b; };
async function onRequest(q, r) {
  const u = new URL(q.url, BASE); const text = (st, t) => { r.writeHead(st, { 'content-type': 'text/plain' }); r.end(t); };
  const json = (st, o) => { r.writeHead(st, { 'content-type': 'application/json' }); r.end(JSON.stringify(o)); };
  if (u.pathname.startsWith('/admin/')) return admin(q, u, json);
  if (u.pathname === '/hub/.well-known/fhircast-configuration') return json(200, { eventsSupported: EVENTS, websocketSupport: true, fhircastVersion: '3.0.0', getCurrentSupport: true, capabilities: { supportsGetCurrentContext: true, supportsNonCurrentContextUpdates: false }, fhirVersion: 'R4' });
  if (!u.pathname.startsWith('/hub')) return text(404, 'not found');
  if (mode.token && q.headers.authorization !== `Bearer ${mode.token}`) { note({ what: 'unauthorized' }); r.setHeader('www-authenticate', 'Bearer error="invalid_token"'); return text(401, 'access token required'); }
  if (q.method === 'GET') { const c = context.get(decodeURIComponent(u.pathname.slice(5))); return json(200, { 'context.type': c?.type ?? '', 'context.versionId': c?.versionId ?? randomUUID(), context: c?.context ?? [] }); }
  const raw = await body(q);
  if (/json/.test(q.headers['content-type'] ?? '')) { // a context change asked for by an app
    let m; try { m = JSON.parse(raw); } catch { return text(400, 'not JSON'); }
    if (!m?.id || !m.timestamp || !m.event?.['hub.topic'] || !m.event['hub.event'] || !Array.isArray(m.event.context)) return text(400, 'id, timestamp, event.hub.topic, event.hub.event and event.context are required');
    note({ what: 'published', event: m.event['hub.event'], id: m.id }); remember(m); deliver(m); return text(202, '');
  }
  const f = new URLSearchParams(raw); const verb = f.get('hub.mode'); note({ what: verb ?? 'bad', topic: f.get('hub.topic'), events: f.get('hub.events'), name: f.get('subscriber.name'), endpoint: f.get('hub.channel.endpoint')?.split('/').pop() ?? null,
    lease: f.get('hub.lease_seconds'), fields: [...f.keys()], bearer_sha256: createHash('sha256').update((q.headers.authorization ?? '').replace(/^Bearer /, '')).digest('hex') });
  if (mode.subscribe_delay_ms) await sleep(mode.subscribe_delay_ms);
  if (mode.subscribe_status) return text(mode.subscribe_status, 'refused by test');
  if (f.get('hub.channel.type') !== 'websocket') return text(400, 'hub.channel.type must be websocket');
  if (!f.get('hub.topic')) return text(400, 'hub.topic is required');
  const ep = f.get('hub.channel.endpoint'); const old = ep?.split('/').pop();
  if (verb === 'unsubscribe') { if (!ep || !subs.has(old)) return text(404, 'no such subscription'); json(202, { 'hub.channel.endpoint': ep }); deny(old, 'unsubscribed'); return undefined; }
  if (verb !== 'subscribe' || !f.get('hub.events')) return text(400, 'hub.mode and hub.events are required');
  const events = [...new Set(f.get('hub.events').split(',').map((e) => e.trim()))];
  const bad = events.filter((e) => !has(EVENTS, e) && !e.includes('.')); if (bad.length) return text(400, `unsupported event: ${bad.join(',')}`);
  const id = old && subs.has(old) ? old : randomBytes(24).toString('base64url'); const s = subs.get(id) ?? { ws: null, sent: new Map() };
  Object.assign(s, { topic: f.get('hub.topic'), events: [...events, ...mode.extra_events], name: f.get('subscriber.name') ?? id.slice(0, 6), lease_s: Math.min(+(f.get('hub.lease_seconds') ?? mode.lease_seconds), mode.lease_seconds) });
  subs.set(id, s); json(202, { 'hub.channel.endpoint': `${WSBASE}/ws/${id}` }); if (s.ws) confirm(id, s); return undefined;
}
async function confirm(id, s) {
  if (mode.confirm_delay_ms) await sleep(mode.confirm_delay_ms);
  if (mode.confirm === 'none') return;
  if (mode.confirm === 'garbage') { tell(s, '{"hub.mode":"subsc'); return; }
  if (mode.confirm === 'denied') { deny(id, 'denied by test'); return; }
  tell(s, { 'hub.mode': 'subscribe', 'hub.topic': s.topic, 'hub.events': s.events.join(','), 'hub.lease_seconds': s.lease_s });
  clearTimeout(s.lease); s.lease = setTimeout(() => deny(id, 'lease expired'), Math.min(s.lease_s * 1000, 2 ** 31 - 1)); s.lease.unref();
  for (const m of context.get(s.topic)?.open.values() ?? []) if (has(s.events, m.event['hub.event'])) deliver(m, { only: id });
}
async function admin(q, u, json) {
  const raw = q.method === 'POST' ? await body(q) : ''; const o = raw ? JSON.parse(raw) : {};
  switch (u.pathname) {
    case '/admin/mode': mode = o.reset ? { ...normal(), ...o } : { ...mode, ...o }; delete mode.reset; return json(200, mode);
    case '/admin/publish': { // { topic, event, context, timestamp?, id?, times?, fragment?, binary?, raw?, raw_base64url?, forget? }
      let m;
      if (o.raw !== undefined || o.raw_base64url !== undefined) {
        const raw = o.raw ?? Buffer.from(o.raw_base64url, 'base64url'); const at = Number(process.hrtime.bigint()) / 1e6;
        for (let i = 0; i < (o.times ?? 1); i += 1) for (const s of subs.values()) if (s.topic === o.topic) tell(s, raw, o);
        return json(200, { at }); }
      try { m = createFhircastMessagePayload(o.topic, o.event, o.context, o.versionId); } catch (e) { if (!o.unchecked) return json(400, { error: e.message }); m = { timestamp: new Date().toISOString(), id: randomUUID(), event: { 'hub.topic': o.topic, 'hub.event': o.event, context: o.context } }; }
      if (o.id) m.id = o.id; if (o.timestamp) m.timestamp = o.timestamp; if (!o.forget) remember(m);
      let n = 0; for (let i = 0; i < (o.times ?? 1); i += 1) n = deliver(m, { how: o }); return json(200, { id: m.id, delivered: n }); }
    case '/admin/burst': { const ids = []; for (let i = 0; i < o.n; i += 1) { const m = createFhircastMessagePayload(o.topic, 'Patient-open', [{ key: 'patient', resource: { resourceType: 'Patient', id: `b${i}` } }]); m.timestamp = new Date(Date.now() + i).toISOString(); remember(m); deliver(m); ids.push(m.id); } return json(200, { n: ids.length }); }
    case '/admin/deny': for (const [id, s] of subs) if (!o.topic || s.topic === o.topic) deny(id, o.reason ?? 'denied by test', o.code); return json(200, {});
    case '/admin/close': for (const s of subs.values()) { if (!s.ws) continue; if (o.how === 'rst') s.ws._socket.resetAndDestroy(); else if (o.how === 'drop') s.ws.terminate(); else s.ws.close(o.code ?? 1001, o.reason ?? ''); } return json(200, {});
    case '/admin/ping': for (const s of subs.values()) s.ws?.ping(o.data ?? 'hub'); return json(200, {});
    case '/admin/freeze': for (const s of subs.values()) { if (o.on === false) s.ws?._socket.resume(); else s.ws?._socket.pause(); } return json(200, {}); // stop reading, so nothing is acked
    case '/admin/subs': return json(200, [...subs].map(([id, s]) => ({ id, topic: s.topic, events: s.events, name: s.name, open: s.ws?.readyState === WebSocket.OPEN, unanswered: s.sent.size })));
    case '/admin/log': return json(200, log.filter((e) => e.n > +(u.searchParams.get('after') ?? 0)));
    case '/admin/reset': for (const s of subs.values()) { clearTimeout(s.lease); s.ws?.terminate(); } subs.clear(); context.clear(); log.length = 0; mode = normal(); return json(200, {});
    default: return json(404, {});
  }
}
const listener = (q, r) => { onRequest(q, r).catch((e) => { console.error(e); r.writeHead(500); r.end(); }); };
const server = TLS ? https.createServer({ cert: readFileSync(env.TLS_CERT), key: readFileSync(env.TLS_KEY) }, listener) : http.createServer(listener);
const wss = new WebSocketServer({ noServer: true, autoPong: true });
server.on('upgrade', (q, sock, head) => {
  const id = q.url.split('/').pop(); const s = subs.get(id);
  const st = mode.ws_status || (s ? 0 : 404); note({ what: 'upgrade', known: !!s, status: st || 101 });
  if (st) { sock.end(`HTTP/1.1 ${st} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`); return; }
  wss.handleUpgrade(q, sock, head, (ws) => {
    if (s.ws && s.ws !== ws) s.ws.terminate(); s.ws = ws; note({ what: 'open', sub: s.name });
    const beat = mode.heartbeat_ms ? setInterval(() => tell(s, { timestamp: new Date().toISOString(), id: randomUUID(), event: { 'hub.topic': s.topic, 'hub.event': 'heartbeat', context: [{ key: 'period', decimal: String(mode.heartbeat_ms / 1000) }] } }), mode.heartbeat_ms) : null;
    ws.on('pong', (d) => note({ what: 'pong', data: String(d) })); ws.on('error', (e) => note({ what: 'ws-error', text: e.message }));
    ws.on('message', (data) => {
      let m; try { m = JSON.parse(String(data)); } catch { note({ what: 'bad-json', text: String(data).slice(0, 80) }); return; }
      if (m.event) { note({ what: 'published', event: m.event['hub.event'], id: m.id }); remember(m); deliver(m, { from: s }); return; }
      const sent = s.sent.get(m.id); s.sent.delete(m.id); note({ what: 'ack', sub: s.name, id: m.id, status: m.status, known: !!sent, ms: sent && Date.now() - sent.t });
      if (sent && m.status && !String(m.status).startsWith('2')) syncError(s, { id: m.id, event: { 'hub.event': sent.event } }, `${s.name} refused`);
    });
    ws.on('close', (code, why) => { clearInterval(beat); note({ what: 'close', sub: s.name, code, why: String(why) }); });
    confirm(id, s);
  });
});
server.listen(PORT, '127.0.0.1', () => console.log(`ready ${HUB}`));
for (const s of ['SIGINT', 'SIGTERM']) process.on(s, () => process.exit(0));
