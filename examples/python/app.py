#!/usr/bin/env python3
"""A patient's observations in a terminal: a whole app on wardend. It holds no password and stores no token.

    app.py [APP]        APP: its id in wardend.toml, where this user may use several

Type `launch`, `note TEXT`, `save` or `quit`.
"""

import hashlib
import json
import queue
import sys
import threading
import time
import urllib.error
import urllib.request

import wardend

LOOK_AGAIN = 1  # seconds
EMPTY_SCREEN = "\033[2J\033[H"


class Screen:
    """What the clinician sees. What comes for a session that is gone is not shown: it may come after the wipe."""

    def __init__(self):
        self._lock = threading.RLock()
        self._session, self._text = None, ""

    def open(self, session):
        with self._lock:
            self._session, self._text = session, ""

    def show(self, session, text):
        with self._lock:
            if session is not None and session == self._session and text != self._text:
                self._text = text
                print(text, flush=True)

    def wipe(self, session, why):
        """False: it has been wiped already."""
        with self._lock:
            if session is None or session != self._session:
                return False
            self.open(None)
            print(EMPTY_SCREEN + why, flush=True)
            return True

    def hide(self):
        """Nobody tells of a lock now: nothing stays until the next answer comes."""
        with self._lock:
            if self._session is not None:
                self.show(self._session, EMPTY_SCREEN + "wardend does not answer. One moment, please.")


class App:
    def __init__(self, name):
        self.name, self.screen = name, Screen()
        self.session = self.patient = None
        self.rows, self.fetched_at, self.note = [], 0, ""
        self.offered = None  # a session that this app's user has, and that is not on the screen
        self.quiet_until = 0.0
        self.records_access = True

    # ---------------------------------------------------------------- the session

    def launch(self):
        """The app launches itself; where the EHR does, `watch` hears of the session."""
        begun = wardend.call("BeginLaunch", app=self.name)
        print("open:", begun["authorization_url"], flush=True)  # in the clinician's browser
        self.begin(wardend.call("AwaitLaunch", timeout=begun["expires_in"] + 15, launch_id=begun["launch_id"])["session"])

    def begin(self, session):
        self.offered, self.quiet_until = None, 0.0
        self.session, self.patient = session["id"], session["context"].get("patient")
        self.rows, self.fetched_at = [], 0
        self.screen.open(self.session)
        for item in wardend.call("ResumeWork", session=self.session)["items"]:
            self.note = item["data"]
            self.screen.show(self.session, "Your note is back: " + self.note)
        self.refresh()

    def cleared(self, session, why):
        """First the screen, then the unfinished work: wardend takes it for a minute, and gives it back to the same
        user, for the same patient, after the next launch."""
        if not self.screen.wipe(session, why):
            return
        note, self.note, self.rows, self.session = self.note, "", [], None
        if note:
            try:
                wardend.call("ParkWork", session=session, label="note", data=note)
                print("Your note is kept for you.", flush=True)
            except (wardend.Refused, wardend.Unreachable) as error:
                print("Your note could not be kept:", error, flush=True)

    def watch(self):
        """In a thread of its own, for as long as the app runs."""
        while True:
            try:
                for event in wardend.events():
                    kind, session = event["kind"], event.get("session")
                    if kind == "session_cleared":
                        self.offered = None if session == self.offered else self.offered
                        self.cleared(session, f"You were signed out ({event.get('reason')}).")
                    elif kind in ("session_present", "session_started") and session != self.session:
                        self.offered = session
                    elif kind == "server_health_changed":
                        self.quiet_until = 0.0
            except (wardend.Refused, wardend.Unreachable):
                self.screen.hide()
                time.sleep(LOOK_AGAIN)

    # ---------------------------------------------------------------- the data

    def refresh(self):
        # Ask for the token each time: it costs microseconds, and is the newest. Naming the patient on the screen has
        # wardend refuse a token for anybody else.
        session, asked_at = self.session, int(time.time())
        token = wardend.call("GetToken", session=session, patient=self.patient)
        path = f"/Observation?patient={self.patient}"
        status, body = self.ask(token, path)
        if status == 401:  # once: wardend gets another token, or says what to do
            rejected = hashlib.sha256(token["access_token"].encode()).hexdigest()
            token = wardend.call("GetToken", session=session, patient=self.patient, rejected=rejected)
            status, body = self.ask(token, path)
        if status == 200:
            self.rows = [entry["resource"] for entry in body.get("entry", [])]
            self.fetched_at = asked_at
        self.draw(session, token["freshness"], "" if status == 200 else f"The EHR's answer: {status or 'none'}.")
        if status == 200:
            self.record_access(session, token)

    def draw(self, session, freshness, trouble=""):
        since = freshness.get("unbroken_since")
        confirmed = since is not None and since <= self.fetched_at and not freshness["stale"] and not trouble
        at = time.strftime("%H:%M:%S", time.localtime(self.fetched_at)) if self.fetched_at else "never"
        lines = [f"Patient {self.patient}: {len(self.rows)} observations"]
        lines += [f"  {row['code'].get('text') or row['code']['coding'][0]['code']}" for row in self.rows]
        doubt = " ".join(filter(None, [f"NOT CONFIRMED, read at {at}.", trouble, freshness.get("advice")]))
        lines.append("Confirmed." if confirmed else doubt)
        self.screen.show(session, "\n".join(lines))

    def ask(self, token, path, body=None):
        """Status and JSON; 0: no answer."""
        headers = {"Authorization": "Bearer " + token["access_token"], "Content-Type": "application/fhir+json"}
        if "request_id" in token:
            headers["X-Request-Id"] = token["request_id"]  # the same in wardend's audit trail and in the server's log
        url = self.base(token) + path
        try:
            data = None if body is None else json.dumps(body).encode()
            with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=5) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, {}
        except (OSError, ValueError):
            return 0, {}

    def base(self, token):
        self.fhir_base = token.get("fhir_base_url") or self.fhir_base
        return self.fhir_base

    def record_access(self, session, token):
        if not self.records_access:
            return
        read = {"interaction": "search", "resource": "Observation", "patient": self.patient, "outcome": "success",
                "request_id": token.get("request_id")}
        try:
            wardend.call("RecordAccess", session=session, accesses=[read])
        except wardend.Refused as refused:
            if refused.name != "NotSupported":
                raise
            self.records_access = False  # this broker does not take it

    def save(self):
        """Asks before the write, and says afterwards what became of it."""
        resource = {"resourceType": "Observation", "status": "preliminary", "code": {"text": "Note"},
                    "subject": {"reference": "Patient/" + self.patient}, "valueString": self.note}
        permit = wardend.call("AuthorizeWrite", session=self.session, patient=self.patient, interaction="create",
                              resource_type="Observation", resource=resource)
        permit["request_id"] = permit["permit"][:8]  # as wardend's audit trail names it
        status, _ = self.ask(permit, "/Observation", resource)
        outcome = "success" if status in (200, 201) else "denied" if status in (401, 403) else "failure"
        wardend.call("RecordWrite", permit=permit["permit"], outcome=outcome)
        if outcome == "success":
            self.note = ""
        print("Saved." if outcome == "success" else f"NOT SAVED: the EHR answered {status}.", flush=True)

    # ---------------------------------------------------------------- what was refused

    def refused(self, refused):
        action, sentence = wardend.what_to_do(refused)
        print(f"({refused})", file=sys.stderr, flush=True)  # for IT
        if action == "wipe" and self.session:
            self.cleared(self.session, sentence)
        elif action == "wait" and self.session:
            told = refused.parameters
            self.quiet_until = time.monotonic() + (told.get("retry_after") or told.get("retry_after_ms", 0) / 1000)
            self.draw(self.session, {"stale": True}, sentence)
        elif action != "skip":
            print(sentence, flush=True)

    def obey(self, line):
        word, _, rest = line.strip().partition(" ")
        if word == "launch":
            self.launch()
        elif self.session and word == "note":
            self.note = rest
        elif self.session and word == "save":
            self.save()
        elif self.session and time.monotonic() >= self.quiet_until:
            self.refresh()
        elif not self.session and self.offered:
            session, self.offered = self.offered, None
            self.begin(wardend.call("GetSession", session=session)["session"])


def main():
    app = App(sys.argv[1] if len(sys.argv) > 1 else None)
    typed = queue.Queue()
    threading.Thread(target=app.watch, daemon=True).start()
    threading.Thread(target=lambda: [typed.put(line) for line in sys.stdin] + [typed.put("quit")], daemon=True).start()
    print("Type launch, note TEXT, save or quit.", flush=True)
    while True:
        try:
            line = typed.get(timeout=LOOK_AGAIN)
        except queue.Empty:
            line = ""
        if line.strip() == "quit":
            return
        try:
            app.obey(line)
        except wardend.Refused as refused:
            app.refused(refused)
        except wardend.Unreachable:
            app.screen.hide()


if __name__ == "__main__":
    main()
