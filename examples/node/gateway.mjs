#!/usr/bin/env node
// A patient's chart through wardend's FHIR gateway: any HTTP library, and no token in this program.
//
//     gateway.mjs SESSION [NOTE]     SESSION: its id, as Monitor, AwaitLaunch and `wardctl sessions` tell it
//
// Reads the patient and every page of the observations; writes NOTE as another one.
import http from 'node:http'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { Refused, call, whatToDo } from './wardend.mjs'

const broker = process.env.WARDEND_SOCKET ?? '/run/wardend/broker.sock'
const socketPath = process.env.WARDEND_FHIR ?? path.join(path.dirname(broker), 'fhir.sock')

// The answer's JSON. Rejects with wardend's own error, or with the status of the server's.
async function ask (method, url, patient, body) {
  const headers = patient ? { 'X-Wardend-Patient': patient } : {} // whom the screen shows: wardend compares
  if (body) headers['Content-Type'] = 'application/fhir+json'
  const { pathname, search } = new URL(url)
  const answer = await new Promise((resolve, reject) => {
    const request = http.request({ socketPath, host: 'wardend', method, path: pathname + search, headers }, resolve)
    request.setTimeout(60000, () => request.destroy(new Error('no answer in time')))
    request.on('error', reject).end(body && JSON.stringify(body))
  })
  const words = await text(answer)
  if (answer.headers['x-wardend-stale'] === 'true') console.log('NOT CONFIRMED: the EHR has not answered lately.')
  const told = words ? JSON.parse(words) : {}
  if (answer.statusCode >= 400) throw refusal(answer.statusCode, told)
  return told
}

function refusal (status, outcome) {
  for (const issue of outcome.issue ?? []) {
    const coding = issue.details?.coding?.find(one => one.system === 'urn:wardend:error')
    if (coding) return new Refused(coding.code, { reason: issue.diagnostics, advice: issue.details.text })
  }
  return new Refused('HttpStatus', { status })
}

// Every page: a `next` link leads through the gateway again, and is followed as it is.
async function * pages (url, patient) {
  while (url) {
    const bundle = await ask('GET', url, patient)
    for (const entry of bundle.entry ?? []) yield entry.resource
    url = bundle.link?.find(link => link.relation === 'next')?.url
  }
}

async function main (session, note) {
  const told = await call('GetSession', { session })
  const base = told.gateway_base_url
  const patient = told.session.context.patient
  console.log('Patient', (await ask('GET', `${base}/Patient/${patient}`, patient)).id)
  let found = 0
  // eslint-disable-next-line no-unused-vars
  for await (const _ of pages(`${base}/Observation?${new URLSearchParams({ patient, _count: 10 })}`, patient)) found++
  console.log(found, 'observations')
  if (!note) return
  const saved = await ask('POST', base + '/Observation', patient, {
    resourceType: 'Observation',
    status: 'preliminary',
    code: { text: 'Note' },
    subject: { reference: 'Patient/' + patient },
    valueString: note
  })
  console.log('Saved as Observation/' + saved.id)
}

main(...process.argv.slice(2)).catch(error => {
  console.error(error instanceof Refused ? `${whatToDo(error)[1]} (${error.message})` : `wardend does not answer: ${error.message}`)
  process.exitCode = 1
})
