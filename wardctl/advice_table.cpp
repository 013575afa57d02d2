#include <array>

#include "wardctl/explain.hpp"

namespace wardend::wardctl {
namespace {

using enum ExitCode;

constexpr std::array advices = std::to_array<Advice>({
    {"org.wardend.Broker.UnknownApp", "no app of that name is registered for you",
     "leave --app out, or ask support to add a peer rule for you to that app", refused},
    {"org.wardend.Broker.NotAuthorized", "the broker does not serve this caller",
     "call from your own desktop session; support can add a peer rule for you to the app's [[app.peer]]",
     not_permitted},
    {"org.wardend.Broker.InvalidRequest", "the broker cannot use the value of \"{field}\"",
     "correct it; `wardctl COMMAND --help` says what each option takes", refused},
    {"org.wardend.Broker.UnknownServer", "there is no server \"{server}\" in the configuration",
     "`wardctl health` lists the servers", refused},
    {"org.wardend.Broker.UnknownSession", "there is no such session of yours, or none was launched by this program",
     "`wardctl sessions` lists yours: name one; without any, `wardctl launch` begins one", refused},
    {"org.wardend.Broker.NotSupported", "this broker does not offer that ({what})",
     "do without it, or ask for it in another way: the text says what is offered", refused},
    {"org.wardend.Broker.AmbiguousSession", "several sessions would do: {sessions}", "name one with --session",
     refused},
    {"org.wardend.Broker.SessionCleared", "the session has been cleared ({reason})", "launch again from the EHR",
     refused},
    {"org.wardend.Broker.ReauthenticationRequired", "the EHR wants the clinician to sign in again ({reason})",
     "launch again from the EHR, or with `wardctl launch`", refused},
    {"org.wardend.Broker.LaunchFailed", "the launch failed at the step \"{stage}\" ({code})",
     "try once more; if it fails again, tell support the step and the code", refused},
    {"org.wardend.Broker.LaunchExpired", "nobody finished the sign-in in time", "begin again with `wardctl launch`",
     refused},
    {"org.wardend.Broker.PatientContextMissing", "the EHR named no patient at the launch",
     "open the patient in the EHR and launch from there", refused},
    {"org.wardend.Broker.PatientMismatch", "session {session} is for another patient",
     "launch again with this patient open in the EHR", refused},
    {"org.wardend.Broker.EncounterMismatch", "session {session} is for another encounter",
     "launch again with this encounter open in the EHR", refused},
    {"org.wardend.Broker.PatientUnverified", "the patient's identity could not be confirmed",
     "compare name and birth date in the EHR; tell support what was found", refused},
    {"org.wardend.Broker.ScopeNotGranted", "the EHR did not grant {missing}",
     "have the EHR's administrators grant it to the app, then launch again", refused},
    {"org.wardend.Broker.ResourceRejected", "the record may not be written, or not be shown",
     "do what the reason says; a place that it names is in the resource", refused},
    {"org.wardend.Broker.ServerUnavailable", "the server \"{server}\" cannot be reached now",
     "do what the reason says, or try again later; `wardctl health` shows when it is back", try_again},
    {"org.wardend.Broker.AppDisabled", "the app has been switched off",
     "follow the advice above; support switches it on with `wardctl app enable APP`, or where the file has it off by "
     "`enabled = true` and a reload",
     refused},
    {"org.wardend.Broker.WorkstationLocked",
     "the workstation is locked or not ready, or nobody has signed in since it was",
     "unlock it and launch from the EHR; `wardctl status` tells support why", try_again},
    {"org.wardend.Broker.RateLimited", "asked too often", "wait for the time named above, then try again", try_again},
    {"org.wardend.Broker.TooLarge", "that is more than the broker keeps (at most {limit})", "send less", refused},
    {"org.wardend.Control.NotAuthorized", "that needs a group of the role \"{role}\"",
     "ask support: the [roles] of wardend.toml name the groups; root holds every role", not_permitted},
    {"org.wardend.Control.UnknownApp", "there is no app of that name in the configuration",
     "look at the [[app]] entries of wardend.toml", refused},
    {"org.wardend.Control.UnknownServer", "there is no server of that name in the configuration",
     "`wardctl health` lists the servers", refused},
    {"org.wardend.Control.InvalidTarget", "the target fits nobody", "correct the user, seat, app, server or session",
     refused},
    {"org.wardend.Control.NotSupported", "this broker does not offer that ({what})",
     "do without it, or ask for it in another way: the text says what is offered", refused},
    {"org.wardend.Control.ConfigInvalid", "the new configuration has errors; the running one stays in force",
     "correct what is named above, try it with `wardctl check FILE`, then `wardctl reload`", refused},
    {"org.varlink.service.InterfaceNotFound", "what answers on this socket does not offer \"{interface}\"",
     "compare --socket and --control with wardend.toml: they may be swapped", refused},
    {"org.varlink.service.MethodNotFound", "this broker does not know \"{method}\"",
     "it is older than this wardctl: update wardend", refused},
    {"org.varlink.service.MethodNotImplemented", "this broker does not offer \"{method}\"",
     "`wardctl --version` and `wardctl status` tell the versions; a newer broker may offer it", refused},
    {"org.varlink.service.InvalidParameter", "this broker does not take the parameter \"{parameter}\"",
     "correct it; if it is right, wardctl and wardend are of different versions", refused},
    {"org.varlink.service.PermissionDenied", "the broker does not let you do that",
     "ask support: `wardctl status` and the journal of wardend say more", not_permitted},
    {"org.varlink.service.ExpectedMore", "this broker answers that only as a stream",
     "wardctl and wardend are of different versions: update wardctl", refused},
});

}  // namespace

std::span<const Advice> advice_table() { return advices; }

}  // namespace wardend::wardctl
