#!/usr/bin/env python3
"""A patient's chart through wardend's FHIR gateway: any HTTP library, and no token in this program.

    gateway.py SESSION [NOTE]     SESSION: its id, as Monitor, AwaitLaunch and `wardctl sessions` tell it

Reads the patient and every page of the observations; writes NOTE as another one.
"""

import http.client
import json
import os
import socket
import sys
import urllib.parse

import wardend

SOCKET = os.environ.get("WARDEND_FHIR") or os.path.join(os.path.dirname(wardend.SOCKET), "fhir.sock")


class Gateway(http.client.HTTPConnection):
    """HTTP over wardend's Unix socket: the kernel tells wardend who asks."""

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(SOCKET)
        self.sock.settimeout(60)


def ask(method, url, patient=None, body=None):
    """The answer's JSON. Raises Refused with wardend's own error, or with the status of the server's."""
    headers = {} if patient is None else {"X-Wardend-Patient": patient}  # whom the screen shows: wardend compares
    if body is not None:
        headers["Content-Type"] = "application/fhir+json"
    gateway = Gateway("wardend")
    target = url.removeprefix("http://wardend")  # as Python wants it
    try:
        gateway.request(method, target, None if body is None else json.dumps(body), headers)
        answer = gateway.getresponse()
        text = answer.read()
    except (OSError, http.client.HTTPException) as error:
        raise wardend.Unreachable(str(error)) from error
    finally:
        gateway.close()
    if answer.headers.get("X-Wardend-Stale") == "true":
        print("NOT CONFIRMED: the EHR has not answered lately.", flush=True)
    told = json.loads(text) if text else {}
    if answer.status >= 400:
        raise refusal(answer.status, told)
    return told


def refusal(status, outcome):
    for issue in outcome.get("issue", []):
        for coding in issue.get("details", {}).get("coding", []):
            if coding.get("system") == "urn:wardend:error":
                words = issue["details"].get("text", "")
                return wardend.Refused(coding["code"], {"reason": issue.get("diagnostics", words), "advice": words})
    return wardend.Refused("HttpStatus", {"status": status})


def pages(url, patient):
    """Every page: a `next` link leads through the gateway again, and is followed as it is."""
    while url:
        bundle = ask("GET", url, patient)
        yield from (entry["resource"] for entry in bundle.get("entry", []))
        url = next((link["url"] for link in bundle.get("link", []) if link["relation"] == "next"), None)


def main(session, note=None):
    told = wardend.call("GetSession", session=session)
    base, patient = told["gateway_base_url"], told["session"]["context"]["patient"]
    print("Patient", ask("GET", f"{base}/Patient/{patient}", patient)["id"], flush=True)
    search = urllib.parse.urlencode({"patient": patient, "_count": 10})
    print(sum(1 for _ in pages(f"{base}/Observation?{search}", patient)), "observations", flush=True)
    if note:
        resource = {"resourceType": "Observation", "status": "preliminary", "code": {"text": "Note"},
                    "subject": {"reference": "Patient/" + patient}, "valueString": note}
        print("Saved as Observation/" + ask("POST", base + "/Observation", patient, resource)["id"], flush=True)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except wardend.Refused as refused:
        sys.exit(f"{wardend.what_to_do(refused)[1]} ({refused})")
    except wardend.Unreachable as error:
        sys.exit(f"wardend does not answer: {error}")
