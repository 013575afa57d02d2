// A small client of wardend: Varlink over its Unix socket. Copy it into your app; it needs Node.js alone.
//
//     const token = await call('GetToken', { patient: 'patient-1' })
//     for await (const event of events()) { ... }
//
// Each call has a connection of its own, so that a restart of wardend ends one call at most.
import { once } from 'node:events'
import net from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

const path = process.env.WARDEND_SOCKET ?? '/run/wardend/broker.sock'

// wardend has answered with an error: its name without the interface, and its members.
export class Refused extends Error {
  constructor (error, parameters) {
    const name = error.split('.').pop()
    super(`${name} ${JSON.stringify(parameters)}`)
    this.name = name
    this.parameters = parameters
  }
}

// Nobody listens, or no answer came in time: wardend starts anew, or is not there. Ask again in a moment.
export class Unreachable extends Error {}

// The reply's members. wardend answers within 10 s, AwaitLaunch when the clinician has signed in.
export async function call (method, parameters = {}, milliseconds = 15000) {
  for await (const reply of replies(method, parameters, false, milliseconds)) return reply
  throw new Unreachable('no answer')
}

// What happens to this app's sessions and servers, as it happens. Ends with Unreachable when wardend ends.
export async function * events () {
  for await (const reply of replies('Monitor', {}, true, 0)) yield reply.event
  throw new Unreachable('the stream has ended')
}

// Node does not wait in a queue that is full, as it is for a moment beside somebody's flood.
async function connected () {
  for (let tries = 1; ; tries++) {
    const broker = net.connect({ path })
    try {
      await once(broker, 'connect')
      return broker
    } catch (error) {
      if (error.code !== 'EAGAIN' || tries === 100) throw new Unreachable(error.message)
      await pause(10)
    }
  }
}

async function * replies (method, parameters, more, milliseconds) {
  const broker = await connected()
  broker.setTimeout(milliseconds, () => broker.destroy(new Error('no answer in time')))
  broker.write(JSON.stringify({ method: 'org.wardend.Broker.' + method, parameters, more }) + '\0')
  broker.setEncoding('utf8')
  let unread = ''
  try {
    for await (const piece of broker) {
      const frames = (unread + piece).split('\0')
      unread = frames.pop()
      for (const frame of frames) {
        const reply = JSON.parse(frame)
        if (reply.error) throw new Refused(reply.error, reply.parameters ?? {})
        yield reply.parameters ?? {}
      }
    }
  } catch (error) {
    throw error instanceof Refused ? error : new Unreachable(error.message)
  } finally {
    broker.destroy()
  }
}

// What an app does when it is refused, what the clinician reads, and which member of the error stands behind that.
//   wipe     take everything off the screen, keep unfinished work (ParkWork), offer a new launch
//   launch   offer a new launch; what is on the screen may stay
//   wait     mark what is on the screen as not confirmed, and ask again later
//   correct  let the clinician change the entry
//   support  nothing can be done here: show the sentence
//   skip     do without
const WHAT_TO_DO = {
  SessionCleared: ['wipe', 'You were signed out. Open the app again from the EHR.', ''],
  UnknownSession: ['wipe', 'You are not signed in. Open the app from the EHR.', ''],
  WorkstationLocked: ['wipe', 'The workstation was locked. Unlock it and open the app again from the EHR.', ''],
  AppDisabled: ['wipe', 'This app is switched off.', 'advice'],
  ReauthenticationRequired: ['launch', 'The EHR wants you to sign in again. Open the app again from the EHR.', ''],
  LaunchFailed: ['launch', 'The launch did not finish. Try once more, then show this to IT:', 'code'],
  LaunchExpired: ['launch', 'Nobody finished the sign-in in time. Open the app again.', ''],
  PatientContextMissing: ['launch', 'No patient was open. Open the patient in the EHR and start the app there.', ''],
  PatientMismatch: ['launch', 'You are signed in for another patient. Open this patient in the EHR and start the app there.', ''],
  EncounterMismatch: ['launch', 'You are signed in for another encounter. Open this one in the EHR and start the app there.', ''],
  AmbiguousSession: ['launch', "More than one patient is open. Start the app again from the patient's chart.", ''],
  ServerUnavailable: ['wait', 'The EHR cannot be reached.', 'advice'],
  RateLimited: ['wait', 'One moment, please.', ''],
  ResourceRejected: ['correct', 'This entry was not saved:', 'reason'],
  TooLarge: ['correct', 'This is too long to be kept.', ''],
  PatientUnverified: ['support', "The patient's identity is not confirmed. Compare name and birth date in the EHR.", ''],
  ScopeNotGranted: ['support', 'The EHR does not allow the app to do this. Call IT.', ''],
  UnknownApp: ['support', 'This app is not set up for you. Call IT.', ''],
  NotAuthorized: ['support', 'This app is not set up for you here. Call IT.', ''],
  UnknownServer: ['support', 'This EHR is not set up here. Call IT.', ''],
  InvalidRequest: ['support', 'The app has made a mistake. Call IT.', ''],
  NotSupported: ['skip', 'This is not possible here.', '']
}

// The action and the whole sentence. An error that a later version brings is for support.
export function whatToDo (refused) {
  const [action, sentence, shown] = WHAT_TO_DO[refused.name] ?? ['support', 'The app cannot go on. Call IT.', '']
  return [action, [sentence, refused.parameters[shown]].filter(Boolean).join(' ')]
}
