// The commands: what each is told on the command line, and the function that carries it out. Each function
// prints its result or the reason of its failure, and returns the exit code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

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
ExitCode run_launch(const Context& context, const LaunchOptions& options);

enum class TokenForm { bare, header };
struct TokenOptions {
  MaybeText session, patient;
  std::optional<std::int64_t> min_validity_seconds;
  TokenForm form = TokenForm::bare;
};
ExitCode run_token(const Context& context, const TokenOptions& options);

ExitCode run_sessions(const Context& context);
ExitCode run_end(const Context& context, const std::string& session);
ExitCode run_health(const Context& context, const MaybeText& server);
ExitCode run_watch(const Context& context);

// For the EHR's agent, operators and support (org.wardend.Control): control.cpp, and status, verify and audit in files
// of their names.

ExitCode run_status(const Context& context);

struct LockOptions {
  MaybeText user, seat;
  std::string reason = "ehr_lock";
};
ExitCode run_lock(const Context& context, const LockOptions& options);

struct ClearOptions {
  MaybeText app, user, server, session;
  std::string reason;
};
ExitCode run_clear(const Context& context, const ClearOptions& options);

struct VerifyOptions {
  std::string app;
  MaybeText server;
};
ExitCode run_verify(const Context& context, const VerifyOptions& options);

enum class Switch { on, off };
struct AppOptions {
  Switch position = Switch::on;
  std::string app;
  std::string reason;
};
ExitCode run_app(const Context& context, const AppOptions& options);

struct AcceptOptions {
  std::string server;
  std::string reason;
};
ExitCode run_accept(const Context& context, const AcceptOptions& options);

ExitCode run_reload(const Context& context);
ExitCode run_check(const Context& context, const std::string& file);

ExitCode run_audit_verify(const Context& context);
struct AuditQuery {
  MaybeText since, patient, app;
};
ExitCode run_audit_show(const Context& context, const AuditQuery& query);
ExitCode run_audit_export(const Context& context);

// Without a broker: every error with its cause and next step.
enum class TableForm { plain, markdown };
ExitCode run_errors(const Context& context, TableForm form);

ExitCode run_support_bundle(const Context& context, const std::string& file);

}  // namespace wardend::wardctl
