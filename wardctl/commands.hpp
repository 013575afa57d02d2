// The commands: what each is told on the command line, and the function that carries it out. Each function
// prints its result or the reason of its failure, and returns the exit code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "wardctl/context.hpp"

namespace wardend::wardctl {

using MaybeText = std::optional<std::string>;

// For every clinician's app (org.wardend.Broker): launch.cpp, token.cpp, sessions.cpp, watch.cpp.

enum class Browser { open, leave_to_caller };
struct LaunchOptions {
  MaybeText app, server, iss;
  MaybeText launch;  // "-": the first line of standard input, which no process list shows
  Browser browser = Browser::open;
};
// Begins a launch, opens the browser, waits for the session and prints it.
ExitCode run_launch(const Context& context, const LaunchOptions& options);

enum class TokenForm { bare, header };
struct TokenOptions {
  MaybeText session, patient;
  std::optional<std::int64_t> min_validity_seconds;
  TokenForm form = TokenForm::bare;
};
// Prints the access token and nothing else.
ExitCode run_token(const Context& context, const TokenOptions& options);

enum class AnswerHead { shown, left_out };
struct FhirOptions {
  std::string method;
  std::string path;  // below the FHIR base, or a whole address that an answer brought
  MaybeText session, patient, encounter, reason, content_type;
  MaybeText data;  // a file; "-": standard input
  AnswerHead head = AnswerHead::left_out;
};
// Sends one FHIR request through the gateway (fhir.cpp), and prints the body of its answer.
ExitCode run_fhir(const Context& context, const FhirOptions& options);

// Lists the caller's own sessions.
ExitCode run_sessions(const Context& context);
ExitCode run_end(const Context& context, const std::string& session);
ExitCode run_health(const Context& context, const MaybeText& server);
ExitCode run_watch(const Context& context);

// For the EHR's agent, operators and support (org.wardend.Control): control.cpp, and status, verify and audit in files
// of their names.

// Prints everything that support needs, and what to do next.
ExitCode run_status(const Context& context);

// Whose sessions a lock or a clear means: each narrows the others; none means everybody, or the caller's own.
struct TargetOptions {
  MaybeText user, login_session, seat, app, server, session;
};
struct LockOptions {
  TargetOptions target;
  std::string reason = "ehr_lock";
};
// Reports that the EHR was locked.
ExitCode run_lock(const Context& context, const LockOptions& options);

struct ClearOptions {
  TargetOptions target;
  std::string reason;
};
// Takes sessions away.
ExitCode run_clear(const Context& context, const ClearOptions& options);

enum class Documents { of_the_server, saved };
struct VerifyOptions {
  std::string app;
  MaybeText where;  // the server; of saved documents their folder
  MaybeText server;
  Documents documents = Documents::of_the_server;
  std::string config = "/etc/wardend/wardend.toml";  // of saved documents: no broker is asked
  MaybeText markdown;                                // a new file for the report
};
// Says whether an app can go live at a server.
ExitCode run_verify(const Context& context, const VerifyOptions& options);

struct RehearseOptions {
  std::string app;
  MaybeText server;
  std::string config = "/etc/wardend/wardend.toml";  // no broker is asked: the rehearsal has one of its own
  MaybeText like;                                    // the server that the sandbox is like
  std::vector<std::string> only = {};                // names of steps; empty: all
  MaybeText markdown;                                // a new file for the report
};
// The names of the steps.
[[nodiscard]] std::vector<std::string> rehearsal_steps();
// Plays the go-live test plan apart from the installed service.
ExitCode run_rehearse(const Context& context, const RehearseOptions& options);

struct DevOptions {
  MaybeText app, server;
  std::string config = {};  // empty: an example of ours, whose app is vitals
  MaybeText like;
};
// Keeps a broker and a simulated EHR up for an app's developer, until a signal.
ExitCode run_dev(const Context& context, const DevOptions& options);

struct LaunchesOptions {
  MaybeText app, server;
};
// Shows what launches brought so far.
ExitCode run_launches(const Context& context, const LaunchesOptions& options);

struct ScopesOptions {
  std::string app;
  std::string config = "/etc/wardend/wardend.toml";  // no broker is asked
};
// Shows each scope of an app with its approval, and what it really covers.
ExitCode run_scopes(const Context& context, const ScopesOptions& options);

enum class Switch { on, off };
struct AppOptions {
  Switch position = Switch::on;
  std::string app;
  std::string reason;
};
// Switches an app on or off: the rollback switch.
ExitCode run_app(const Context& context, const AppOptions& options);

struct AcceptOptions {
  std::string server;
  std::string reason;
  std::optional<std::string> changed;  // absent: what was shown last
};
// Lets a server go on whose endpoints changed.
ExitCode run_accept(const Context& context, const AcceptOptions& options);

// Has the broker read its configuration again; checks a file without a broker.
ExitCode run_reload(const Context& context);
ExitCode run_check(const Context& context, const std::string& file);

// The audit trail: audit.cpp, audit_show.cpp, audit_export.cpp, audit_reconcile.cpp. Its files are read as they are,
// with a broker or without.
inline constexpr const char* usual_audit_file = "/var/log/wardend/audit.jsonl";
struct AuditPlace {
  MaybeText file;  // absent: the usual one; where it cannot be read the broker reads its own
  std::string state_dir = "/var/lib/wardend";
  MaybeText anchor;  // NUMBER:HASH instead of what state_dir has
};
// Checks that no entry of the audit trail was changed or lost.
ExitCode run_audit_verify(const Context& context, const AuditPlace& place);
struct AuditQuery {
  MaybeText since, until, patient, app;
  MaybeText user;  // a Unix user by name or number, or as the EHR calls them
  MaybeText file;
};
// Prints entries for people; with --json the lines as they stand in the file.
ExitCode run_audit_show(const Context& context, const AuditQuery& query);
enum class AuditForm { csv, fhir };
enum class People { as_they_are, pseudonyms };
struct AuditExport {
  AuditForm form = AuditForm::csv;
  People people = People::as_they_are;
};
ExitCode run_audit_export(const Context& context, const AuditQuery& query, AuditExport options);
struct ReconcileOptions {
  std::string file;           // AuditEvents that the server has exported
  std::string window = "5s";  // how far apart two accounts of one deed may be
  AuditQuery query = {};
};
// Holds the trail against what the server says was done; done only where nothing differs.
ExitCode run_audit_reconcile(const Context& context, const ReconcileOptions& options);
// Says that a trail's file cannot be read, and what to do.
struct UnreadableTrail {
  std::string file;
  std::string why;
};
ExitCode explain_unreadable(const Context& context, const UnreadableTrail& trail);

// For completion scripts: the names of a kind (sessions, servers, apps, disabled-apps), one a line.
ExitCode run_values(const Context& context, const std::string& kind);

// Without a broker: every error with its cause and next step.
enum class TableForm { plain, markdown };
ExitCode run_errors(const Context& context, TableForm form);

struct SupportBundleOptions {
  std::string file;
  std::string config = "/etc/wardend/wardend.toml";  // to be checked
};
// Writes what a help desk needs into a new file, whether the service answers or not.
ExitCode run_support_bundle(const Context& context, const SupportBundleOptions& options);

}  // namespace wardend::wardctl
