"""A small client of wardend: Varlink over its Unix socket. Copy it into your app; it needs the standard library alone.

    token = wardend.call("GetToken", patient="patient-1")
    for event in wardend.events(): ...

Each call has a connection of its own, so that a restart of wardend ends one call at most, and threads need no lock.
"""

import json
import os
import socket

SOCKET = os.environ.get("WARDEND_SOCKET", "/run/wardend/broker.sock")


class Refused(Exception):
    """wardend has answered with an error: its name without the interface, and its members."""

    def __init__(self, error, parameters):
        self.name, self.parameters = error.rsplit(".", 1)[-1], parameters
        super().__init__(f"{self.name} {json.dumps(parameters)}")


class Unreachable(Exception):
    """Nobody listens, or no answer came in time: wardend starts anew, or is not there. Ask again in a moment."""


def call(method, timeout=15, **parameters):
    """The reply's members. Parameters that are None are left out. wardend answers within 10 s, AwaitLaunch when the
    clinician has signed in."""
    for reply in _replies(method, parameters, False, timeout):
        return reply
    raise Unreachable("no answer")


def events():
    """What happens to this app's sessions and servers, as it happens. Ends with Unreachable when wardend ends."""
    for reply in _replies("Monitor", {}, True, None):
        yield reply["event"]
    raise Unreachable("the stream has ended")


def _replies(method, parameters, more, timeout):
    given = {name: value for name, value in parameters.items() if value is not None}
    request = {"method": "org.wardend.Broker." + method, "parameters": given, "more": more}
    try:
        with socket.socket(socket.AF_UNIX) as broker:
            broker.connect(SOCKET)  # before the timeout: with one Python does not wait in a queue that is full
            broker.settimeout(timeout)
            broker.sendall(json.dumps(request).encode() + b"\0")
            unread = b""
            while piece := broker.recv(65536):
                *frames, unread = (unread + piece).split(b"\0")
                for frame in frames:
                    reply = json.loads(frame)
                    if "error" in reply:
                        raise Refused(reply["error"], reply.get("parameters") or {})
                    yield reply.get("parameters") or {}
    except OSError as error:
        raise Unreachable(str(error)) from error


# What an app does when it is refused, what the clinician reads, and which member of the error stands behind that.
#   wipe     take everything off the screen, keep unfinished work (ParkWork), offer a new launch
#   launch   offer a new launch; what is on the screen may stay
#   wait     mark what is on the screen as not confirmed, and ask again later
#   correct  let the clinician change the entry
#   support  nothing can be done here: show the sentence
#   skip     do without
WHAT_TO_DO = {
    "SessionCleared": ("wipe", "You were signed out. Open the app again from the EHR.", ""),
    "UnknownSession": ("wipe", "You are not signed in. Open the app from the EHR.", ""),
    "WorkstationLocked": ("wipe", "The workstation was locked. Unlock it and open the app again from the EHR.", ""),
    "AppDisabled": ("wipe", "This app is switched off.", "advice"),
    "ReauthenticationRequired": ("launch", "The EHR wants you to sign in again. Open the app again from the EHR.", ""),
    "LaunchFailed": ("launch", "The launch did not finish. Try once more, then show this to IT:", "code"),
    "LaunchExpired": ("launch", "Nobody finished the sign-in in time. Open the app again.", ""),
    "PatientContextMissing": ("launch", "No patient was open. Open the patient in the EHR and start the app there.", ""),
    "PatientMismatch": ("launch", "You are signed in for another patient. Open this patient in the EHR and start the app there.", ""),
    "EncounterMismatch": ("launch", "You are signed in for another encounter. Open this one in the EHR and start the app there.", ""),
    "AmbiguousSession": ("launch", "More than one patient is open. Start the app again from the patient's chart.", ""),
    "ServerUnavailable": ("wait", "The EHR cannot be reached.", "advice"),
    "RateLimited": ("wait", "One moment, please.", ""),
    "ResourceRejected": ("correct", "This entry was not saved:", "reason"),
    "TooLarge": ("correct", "This is too long to be kept.", ""),
    "PatientUnverified": ("support", "The patient's identity is not confirmed. Compare name and birth date in the EHR.", ""),
    "ScopeNotGranted": ("support", "The EHR does not allow the app to do this. Call IT.", ""),
    "UnknownApp": ("support", "This app is not set up for you. Call IT.", ""),
    "NotAuthorized": ("support", "This app is not set up for you here. Call IT.", ""),
    "UnknownServer": ("support", "This EHR is not set up here. Call IT.", ""),
    "InvalidRequest": ("support", "The app has made a mistake. Call IT.", ""),
    "NotSupported": ("skip", "This is not possible here.", ""),
}


def what_to_do(refused):
    """The action and the whole sentence. An error that a later version brings is for support."""
    action, sentence, shown = WHAT_TO_DO.get(refused.name, ("support", "The app cannot go on. Call IT.", ""))
    return action, " ".join(filter(None, [sentence, refused.parameters.get(shown)]))
