#!/usr/bin/env node
// A patient's observations in a terminal: a whole app on wardend. It holds no password and stores no token.
//
//     app.mjs [APP]        APP: its id in wardend.toml, where this user may use several
//
// Type `launch`, `note TEXT`, `save` or `quit`.
import { createHash } from 'node:crypto'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { Refused, Unreachable, call, events, whatToDo } from './wardend.mjs'

const LOOK_AGAIN = 1000 // milliseconds
const EMPTY_SCREEN = '\x1b[2J\x1b[H'

// What the clinician sees. What comes for a session that is gone is not shown: it may come after the wipe.
const screen = {
  session: null,
  text: '',
  open (session) {
    this.session = session
    this.text = ''
  },
  show (session, text) {
    if (!session || session !== this.session || text === this.text) return
    this.text = text
    console.log(text)
  },
  // false: it has been wiped already.
  wipe (session, why) {
    if (!session || session !== this.session) return false
    this.open(null)
    console.log(EMPTY_SCREEN + why)
    return true
  },
  // Nobody tells of a lock now: nothing stays until the next answer comes.
  hide () {
    if (this.session) this.show(this.session, EMPTY_SCREEN + 'wardend does not answer. One moment, please.')
  }
}

const app = process.argv[2]
let session = null
let patient
let fhirBase
let rows = []
let fetchedAt = 0 // Unix seconds
let note = ''
let offered = null // a session that this app's user has, and that is not on the screen
let quietUntil = 0
let recordsAccess = true

// ---------------------------------------------------------------- the session

// The app launches itself; where the EHR does, `watch` hears of the session.
async function launch () {
  const begun = await call('BeginLaunch', { app })
  console.log('open:', begun.authorization_url) // in the clinician's browser
  const launched = await call('AwaitLaunch', { launch_id: begun.launch_id }, (begun.expires_in + 15) * 1000)
  await begin(launched.session)
}

async function begin (launched) {
  offered = null
  quietUntil = 0
  session = launched.id
  patient = launched.context.patient
  rows = []
  fetchedAt = 0
  screen.open(session)
  const { items } = await call('ResumeWork', { session })
  for (const item of items) {
    note = item.data
    screen.show(session, 'Your note is back: ' + note)
  }
  await refresh()
}

// First the screen, then the unfinished work: wardend takes it for a minute, and gives it back to the same user, for the
// same patient, after the next launch.
async function cleared (which, why) {
  if (!screen.wipe(which, why)) return
  const data = note
  note = ''
  rows = []
  session = null
  if (!data) return
  try {
    await call('ParkWork', { session: which, label: 'note', data })
    console.log('Your note is kept for you.')
  } catch (error) {
    console.log('Your note could not be kept:', error.message)
  }
}

// For as long as the app runs.
async function watch () {
  for (;;) {
    try {
      for await (const event of events()) {
        const { kind, session: which } = event
        if (kind === 'session_cleared') {
          if (which === offered) offered = null
          await cleared(which, `You were signed out (${event.reason}).`)
        } else if (['session_present', 'session_started'].includes(kind) && which !== session) {
          offered = which
        } else if (kind === 'server_health_changed') {
          quietUntil = 0
        }
      }
    } catch {
      screen.hide()
      await pause(LOOK_AGAIN)
    }
  }
}

// ---------------------------------------------------------------- the data

async function refresh () {
  // Ask for the token each time: it costs microseconds, and is the newest. Naming the patient on the screen has wardend
  // refuse a token for anybody else.
  const of = session
  const askedAt = Math.floor(Date.now() / 1000)
  const path = '/Observation?patient=' + encodeURIComponent(patient)
  let token = await call('GetToken', { session: of, patient })
  let [status, body] = await ask(token, path)
  if (status === 401) { // once: wardend gets another token, or says what to do
    const rejected = createHash('sha256').update(token.access_token).digest('hex')
    token = await call('GetToken', { session: of, patient, rejected });
    [status, body] = await ask(token, path)
  }
  if (of !== session) return // it was cleared meanwhile
  if (status === 200) {
    rows = (body.entry ?? []).map(entry => entry.resource)
    fetchedAt = askedAt
  }
  draw(of, token.freshness, status === 200 ? '' : `The EHR's answer: ${status || 'none'}.`)
  if (status === 200) await recordAccess(of, token)
}

function draw (of, freshness, trouble = '') {
  const since = freshness.unbroken_since
  const confirmed = since != null && since <= fetchedAt && !freshness.stale && !trouble
  const at = fetchedAt ? new Date(fetchedAt * 1000).toTimeString().slice(0, 8) : 'never'
  const lines = [`Patient ${patient}: ${rows.length} observations`]
  for (const row of rows) lines.push('  ' + (row.code.text ?? row.code.coding[0].code))
  const doubt = [`NOT CONFIRMED, read at ${at}.`, trouble, freshness.advice].filter(Boolean).join(' ')
  lines.push(confirmed ? 'Confirmed.' : doubt)
  screen.show(of, lines.join('\n'))
}

// Status and JSON; 0: no answer.
async function ask (token, path, body) {
  const headers = { Authorization: 'Bearer ' + token.access_token, 'Content-Type': 'application/fhir+json' }
  if (token.request_id) headers['X-Request-Id'] = token.request_id // the same in wardend's audit trail and in the server's log
  fhirBase = token.fhir_base_url ?? fhirBase
  try {
    const method = body ? 'POST' : 'GET'
    const signal = AbortSignal.timeout(5000)
    const answer = await fetch(fhirBase + path, { method, headers, body: body && JSON.stringify(body), signal })
    return [answer.status, answer.ok ? await answer.json() : {}]
  } catch {
    return [0, {}]
  }
}

async function recordAccess (of, token) {
  if (!recordsAccess) return
  const read = { interaction: 'search', resource: 'Observation', patient, outcome: 'success', request_id: token.request_id }
  try {
    await call('RecordAccess', { session: of, accesses: [read] })
  } catch (error) {
    if (error.name !== 'NotSupported') throw error
    recordsAccess = false // this broker does not take it
  }
}

// Asks before the write, and says afterwards what became of it.
async function save () {
  const resource = {
    resourceType: 'Observation',
    status: 'preliminary',
    code: { text: 'Note' },
    subject: { reference: 'Patient/' + patient },
    valueString: note
  }
  const permit = await call('AuthorizeWrite', { session, patient, interaction: 'create', resource_type: 'Observation', resource })
  permit.request_id = permit.permit.slice(0, 8) // as wardend's audit trail names it
  const [status] = await ask(permit, '/Observation', resource)
  const outcome = [200, 201].includes(status) ? 'success' : [401, 403].includes(status) ? 'denied' : 'failure'
  await call('RecordWrite', { permit: permit.permit, outcome })
  if (outcome === 'success') note = ''
  console.log(outcome === 'success' ? 'Saved.' : `NOT SAVED: the EHR answered ${status}.`)
}

// ---------------------------------------------------------------- what was refused

async function refused (error) {
  const [action, sentence] = whatToDo(error)
  console.error(`(${error.message})`) // for IT
  if (action === 'wipe' && session) await cleared(session, sentence)
  else if (action === 'wait' && session) {
    const told = error.parameters
    quietUntil = Date.now() + (told.retry_after ? told.retry_after * 1000 : told.retry_after_ms ?? 0)
    draw(session, { stale: true }, sentence)
  } else if (action !== 'skip') console.log(sentence)
}

async function obey (line) {
  const [word, ...rest] = line.trim().split(' ')
  try {
    if (word === 'launch') await launch()
    else if (session && word === 'note') note = rest.join(' ')
    else if (session && word === 'save') await save()
    else if (session && Date.now() >= quietUntil) await refresh()
    else if (!session && offered) {
      const which = offered
      offered = null
      await begin((await call('GetSession', { session: which })).session)
    }
  } catch (error) {
    if (error instanceof Refused) await refused(error)
    else if (error instanceof Unreachable) screen.hide()
    else throw error
  }
}

const typed = []
createInterface({ input: process.stdin }).on('line', line => typed.push(line)).on('close', () => typed.push('quit'))
console.log('Type launch, note TEXT, save or quit.')
watch()
for (let line = ''; line.trim() !== 'quit'; line = typed.shift() ?? '') {
  await obey(line)
  if (typed.length === 0) await pause(LOOK_AGAIN)
}
process.exit()
