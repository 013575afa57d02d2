#include "wardctl/command_line.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <functional>
#include <iostream>
#include <utility>

#include "wardctl/command_node.hpp"
#include "wardctl/commands.hpp"
#include "wardctl/explain.hpp"
#include "wardctl/text.hpp"
#include "wardctl/unknown_command.hpp"

namespace wardend::wardctl {
namespace {

// The command that was named. The values are filled in by the parser, so a Line must not move.
class Line {
 public:
  Line();
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  CLI::App app{"The command line of wardend, the token broker of this workstation", "wardctl"};
  std::string broker_socket = "/run/wardend/broker.sock";
  std::string control_socket = "/run/wardend/control.sock";
  std::string lock_socket = "/run/wardend/lock.sock";
  bool json = false;
  std::function<ExitCode(const Context&)> run;

 private:
  CLI::App* add(CLI::App& parent, const char* name, const char* what,
                std::function<ExitCode(const Context&)> carry_out);
  void add_for_apps();
  void add_for_operators();
  void add_accept();
  void add_verify();
  void add_rehearse();
  void add_scopes();
  void add_app();
  void add_hidden();
  void add_without_broker();

  LaunchOptions launch_;
  bool no_browser_ = false;
  TokenOptions token_;
  bool header_ = false;
  std::string session_;
  MaybeText server_;
  LockOptions lock_;
  ClearOptions clear_;
  VerifyOptions verify_;
  bool offline_ = false;
  RehearseOptions rehearse_;
  ScopesOptions scopes_;
  AppOptions app_;
  AcceptOptions accept_;
  SupportBundleOptions bundle_;
  AuditQuery audit_;
  bool fhir_ = false;
  std::string file_;
  std::string shell_;
  std::string kind_;
  bool markdown_ = false;
};

Line::Line() {
  app.require_subcommand(1);
  app.set_version_flag("--version", "wardctl " WARDEND_VERSION " (commit " WARDEND_COMMIT ")");
  app.add_option("--socket", broker_socket, "the broker's socket")->envname("WARDEND_SOCKET")->capture_default_str();
  auto* control = app.add_option("--control", control_socket, "the control socket")
                      ->envname("WARDEND_CONTROL")
                      ->capture_default_str();
  auto* lock =
      app.add_option("--lock-socket", lock_socket, "the socket for locks alone, tried before the control socket")
          ->envname("WARDEND_LOCK")
          ->capture_default_str();
  // Another broker's lock socket is not known: nothing but its control socket was named.
  app.parse_complete_callback([this, control, lock] {
    if (control->count() > 0 && lock->count() == 0) lock_socket.clear();
  });
  app.add_flag("--json", json, "print what the broker returned, one object a line");
  add_for_apps();
  add_for_operators();
  add_accept();
  add_verify();
  add_rehearse();
  add_scopes();
  add_app();
  add_without_broker();
  add_hidden();
}

CLI::App* Line::add(CLI::App& parent, const char* name, const char* what,
                    std::function<ExitCode(const Context&)> carry_out) {
  auto* command = parent.add_subcommand(name, what);
  command->fallthrough();
  command->callback([this, carry_out = std::move(carry_out)] { run = carry_out; });
  return command;
}

void Line::add_for_apps() {
  auto* launch = add(app, "launch", "begin a launch, and wait for its session", [this](const Context& context) {
    launch_.browser = no_browser_ ? Browser::leave_to_caller : Browser::open;
    return run_launch(context, launch_);
  });
  launch->add_option("--app", launch_.app, "the app to launch");
  launch->add_option("--server", launch_.server, "the server to launch at");
  auto* iss = launch->add_option("--iss", launch_.iss, "the EHR's address, as the EHR passed it");
  auto* value = launch->add_option("--launch", launch_.launch,
                                   "the launch value that the EHR passed; - reads it from standard input");
  iss->needs(value);
  value->needs(iss);
  launch->add_flag("--no-browser", no_browser_, "print the address to open instead of opening it");

  auto* token = add(app, "token", "print an access token", [this](const Context& context) {
    token_.form = header_ ? TokenForm::header : TokenForm::bare;
    return run_token(context, token_);
  });
  token->add_option("--session", token_.session, "of this session");
  token->add_option("--patient", token_.patient, "only if the session is for this patient");
  token->add_option("--min-validity", token_.min_validity_seconds, "good for at least so many seconds");
  token->add_flag("--header", header_, "as an Authorization header");

  add(app, "sessions", "list your own sessions", run_sessions);
  add(app, "end", "end one session", [this](const Context& context) { return run_end(context, session_); })
      ->add_option("session", session_, "the session's id")
      ->required();
  add(app, "health", "show the state of the servers", [this](const Context& context) {
    return run_health(context, server_);
  })->add_option("server", server_, "only this server");
  add(app, "watch", "print events as they come", run_watch);
}

void Line::add_for_operators() {
  add(app, "status", "show everything about the broker, and what to do next", run_status);
  auto* lock = add(app, "lock", "report that the EHR was locked",
                   [this](const Context& context) { return run_lock(context, lock_); });
  add_target(*lock, lock_.target);
  lock->add_option("--reason", lock_.reason, "what happened")
      ->check(CLI::IsMember({"ehr_lock", "ehr_logout", "ehr_user_switch"}))
      ->capture_default_str();

  auto* clear =
      add(app, "clear", "take sessions away", [this](const Context& context) { return run_clear(context, clear_); });
  add_target(*clear, clear_.target);
  clear->add_option("--reason", clear_.reason, "why, for the audit trail")->required();

  add(app, "reload", "have the broker read its configuration again", run_reload);
  add(app, "check", "check a configuration file", [this](const Context& context) { return run_check(context, file_); })
      ->add_option("file", file_, "the file")
      ->required();
  auto* bundle = add(app, "support-bundle", "write what a help desk needs into a new file; the service need not run",
                     [this](const Context& context) { return run_support_bundle(context, bundle_); });
  bundle->add_option("file", bundle_.file, "the file to make")->required();
  bundle->add_option("--config", bundle_.config, "the configuration to check")->capture_default_str();
}

void Line::add_accept() {
  auto* accept = add(app, "accept", "let a server go on whose endpoints or keys have changed",
                     [this](const Context& context) { return run_accept(context, accept_); });
  accept->add_option("server", accept_.server, "the server")->required();
  accept->add_option("--reason", accept_.reason, "why, for the audit trail")->required();
  accept->add_option("--changed", accept_.changed, "the change that you accept, as `wardctl status` names it");
}

void Line::add_verify() {
  auto* verify =
      add(app, "verify", "compare what an app needs with what a server declares", [this](const Context& context) {
        verify_.documents = offline_ ? Documents::saved : Documents::of_the_server;
        return run_verify(context, verify_);
      });
  verify->add_option("app", verify_.app, "the app")->required();
  verify->add_option("where", verify_.where, "the server, needed when there are several; with --offline the folder");
  auto* offline = verify->add_flag("--offline", offline_,
                                   "with saved documents: smart-configuration.json and metadata.json in a folder");
  verify->add_option("--server", verify_.server, "with --offline: whose documents they are");
  verify->add_option("--config", verify_.config, "with --offline: the configuration file")
      ->needs(offline)
      ->capture_default_str();
  verify->add_option("--markdown", verify_.markdown, "write a report into this new file too");
}

void Line::add_rehearse() {
  auto* rehearse = add(app, "rehearse", "play the go-live test plan with a service and an EHR of its own",
                       [this](const Context& context) { return run_rehearse(context, rehearse_); });
  rehearse->add_option("app", rehearse_.app, "the app")->required();
  rehearse->add_option("server", rehearse_.server, "the server, needed when the app has several");
  rehearse->add_option("--config", rehearse_.config, "the configuration file")->capture_default_str();
  rehearse->add_option("--like", rehearse_.like,
                       "the server that the EHR is like; `wardend-sandbox --list-profiles` names them");
  rehearse->add_option("--only", rehearse_.only, "only this step; may be given several times")
      ->check(CLI::IsMember(rehearsal_steps()));
  rehearse->add_option("--markdown", rehearse_.markdown, "write a report into this new file too");
}

void Line::add_scopes() {
  auto* scopes = add(app, "scopes", "show what each scope of an app covers, and who approved it",
                     [this](const Context& context) { return run_scopes(context, scopes_); });
  scopes->add_option("app", scopes_.app, "the app")->required();
  scopes->add_option("--config", scopes_.config, "the configuration file")->capture_default_str();
}

void Line::add_app() {
  auto* group = app.add_subcommand("app", "switch an app off, or on again")->fallthrough()->require_subcommand(1);
  const auto turn = [this](Switch position) {
    return [this, position](const Context& context) {
      app_.position = position;
      return run_app(context, app_);
    };
  };
  auto* disable = add(*group, "disable", "switch an app off at once, until it is enabled", turn(Switch::off));
  auto* enable = add(*group, "enable", "switch an app on again", turn(Switch::on));
  disable->add_option("app", app_.app, "the app")->required();
  disable->add_option("--reason", app_.reason, "why: for its users and the audit trail")->required();
  enable->add_option("app", app_.app, "the app")->required();
  enable->add_option("--reason", app_.reason, "why, for the audit trail");
}

// What no help shows: commands whose methods this version of wardend does not have yet, and what completion asks.
void Line::add_hidden() {
  auto* audit = app.add_subcommand("audit", "look at the audit trail")->fallthrough()->require_subcommand(1)->group("");
  add(*audit, "verify", "check that no entry was changed or lost", run_audit_verify);
  auto* show =
      add(*audit, "show", "print entries", [this](const Context& context) { return run_audit_show(context, audit_); });
  show->add_option("--since", audit_.since, "from this time on");
  show->add_option("--patient", audit_.patient, "about this patient");
  show->add_option("--app", audit_.app, "of this app");
  add(*audit, "export", "print entries in another format", run_audit_export)
      ->add_flag("--fhir", fhir_, "as FHIR AuditEvents");

  auto* values = add(app, "values", "print the names of a kind",
                     [this](const Context& context) { return run_values(context, kind_); });
  values->add_option("kind", kind_)->required()->check(CLI::IsMember({"sessions", "servers", "apps", "disabled-apps"}));
  values->group("");
}

void Line::add_without_broker() {
  auto* command = add(app, "completion", "print a completion script for a shell", [this](const Context& context) {
    return run_completion(context, describe(app), shell_named(shell_));
  });
  command->add_option("shell", shell_, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));

  add(app, "errors", "print every error with its cause and what to do", [this](const Context& context) {
    return run_errors(context, markdown_ ? TableForm::markdown : TableForm::plain);
  })->add_flag("--markdown", markdown_, "as a table for a document");
}

constexpr const char* list_of_commands = "`wardctl --help` lists the commands";

// Wrong usage as an object, where the words ask for JSON.
ExitCode misused(const StandardStreams& streams, const std::string& cause) {
  const Context context{.broker_socket = {},
                        .control_socket = {},
                        .format = Format::json,
                        .in = streams.in,
                        .out = streams.out,
                        .err = streams.err};
  return refuse(context, {"WrongUsage", cause, list_of_commands, ExitCode::usage});
}

}  // namespace

CommandNode command_tree() {
  const Line line;
  return describe(line.app);
}

ExitCode run_command_line(std::vector<std::string> words, const StandardStreams& streams) {
  Line line;
  const bool json = std::ranges::find(words, "--json") != words.end();
  if (const auto unknown = unknown_command(describe(line.app), words)) {
    if (json) return misused(streams, *unknown);
    streams.err << "wardctl: " << printable(*unknown) << "\n  next: " << list_of_commands << '\n';
    return ExitCode::usage;
  }
  std::ranges::reverse(words);  // the parser takes them from the end
  try {
    line.app.parse(std::move(words));
  } catch (const CLI::ParseError& error) {
    if (json && error.get_exit_code() != 0) return misused(streams, error.what());
    return line.app.exit(error, streams.out, streams.err) == 0 ? ExitCode::done : ExitCode::usage;
  }
  return line.run({.broker_socket = line.broker_socket,
                   .control_socket = line.control_socket,
                   .lock_socket = line.lock_socket,
                   .format = line.json ? Format::json : Format::text,
                   .in = streams.in,
                   .out = streams.out,
                   .err = streams.err});
}

}  // namespace wardend::wardctl
