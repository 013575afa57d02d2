#include "wardctl/line.hpp"

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Validators.hpp>
#include <filesystem>
#include <utility>

#include "wardctl/command_node.hpp"
#include "wardctl/completion.hpp"

namespace wardend::wardctl {

Line::Line() {
  app.require_subcommand(1);
  app.set_version_flag("--version", "wardctl " WARDEND_VERSION " (commit " WARDEND_COMMIT ")");
  auto* socket = app.add_option("--socket", broker_socket, "the broker's socket")
                     ->envname("WARDEND_SOCKET")
                     ->capture_default_str();
  auto* control = app.add_option("--control", control_socket, "the control socket")
                      ->envname("WARDEND_CONTROL")
                      ->capture_default_str();
  auto* lock =
      app.add_option("--lock-socket", lock_socket, "the socket for locks alone, tried before the control socket")
          ->envname("WARDEND_LOCK")
          ->capture_default_str();
  auto* fhir = app.add_option("--fhir-socket", fhir_socket, "the gateway's socket; fhir.sock beside --socket")
                   ->envname("WARDEND_FHIR")
                   ->capture_default_str();
  // Another broker's lock socket is not known: nothing but its control socket was named.
  app.parse_complete_callback([this, socket, control, lock, fhir] {
    if (control->count() > 0 && lock->count() == 0) lock_socket.clear();
    if (socket->count() > 0 && fhir->count() == 0)
      fhir_socket = std::filesystem::path(broker_socket).replace_filename("fhir.sock");
  });
  app.add_flag("--json", json, "print what the broker returned, one object a line");
  add_for_apps();
  add_fhir();
  add_for_operators();
  add_accept();
  add_verify();
  add_rehearse();
  add_launches();
  add_scopes();
  add_app();
  add_audit();
  add_dev();
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

void Line::add_fhir() {
  auto* fhir = add(app, "fhir", "send a FHIR request; wardend adds the token", [this](const Context& context) {
    fhir_request_.head = include_ ? AnswerHead::shown : AnswerHead::left_out;
    return run_fhir(context, fhir_request_);
  });
  fhir->add_option("method", fhir_request_.method, "GET, HEAD, POST, PUT, PATCH or DELETE")
      ->required()
      ->transform(CLI::IsMember({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}, CLI::ignore_case));
  fhir->add_option("path", fhir_request_.path, "below the FHIR base, or an address that an answer brought")->required();
  fhir->add_option("--session", fhir_request_.session, "of this session");
  fhir->add_option("--patient", fhir_request_.patient, "the patient's id that a screen shows; a write needs it");
  fhir->add_option("--encounter", fhir_request_.encounter, "the encounter's id that a screen shows");
  fhir->add_option("--reason", fhir_request_.reason, "why the write must pass all the same, where break_glass is true");
  fhir->add_option("--data", fhir_request_.data, "a file to send; - reads it from standard input");
  fhir->add_option("--content-type", fhir_request_.content_type, "of what is sent, where it is not the usual one");
  fhir->add_flag("--include", include_, "show the answer's head too");
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

// What no help shows: what completion asks.
void Line::add_hidden() {
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

}  // namespace wardend::wardctl
