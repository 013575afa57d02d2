#include "daemon/command_line.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <cstdio>
#include <utility>

#include "base/log.hpp"
#include "config/loader.hpp"
#include "daemon/configuration_check.hpp"
#include "daemon/daemon.hpp"
#include "daemon/offline_verification.hpp"
#include "daemon/rehearsal_stage.hpp"
#include "daemon/scope_review.hpp"
#include "systemd/journal_sink.hpp"
#include "systemd/priority.hpp"
#include "systemd/protection.hpp"
#include "systemd/vault.hpp"

namespace wardend {
namespace {

constexpr int exit_config = 78;  // EX_CONFIG
constexpr int exit_usage = 2;

log::Level level_of(config::Finding::Severity severity) {
  using enum config::Finding::Severity;
  switch (severity) {
    case hint:
    case note:
      return log::Level::info;
    case error:
      return log::Level::critical;
  }
  std::unreachable();
}

void report(const config::Loaded& loaded) {
  for (const config::Finding& finding : loaded.findings) log::write(level_of(finding.severity), finding.to_string());
}

// Behind systemd's sockets callers wait for an answer, and systemd starts whoever ends: so wardend stays, holds
// nothing, and says why. Null: nobody waits, and the person who started it reads what is wrong.
config::ConfigPtr config_to_run(const config::Loaded& loaded, const systemd::PassedSockets& passed,
                                const std::string& file) {
  if (loaded.config) return loaded.config;
  if (!passed.has("control")) {
    log::critical("the configuration has errors: mend them and check with `wardend --check`", {{"file", file}});
    return nullptr;
  }
  log::critical("the configuration has errors: nobody gets a token until it is mended and `systemctl reload wardend`",
                {{"file", file}});
  return loaded.service;
}

// What the process before this one left, or memory made anew. nullopt: there is none, which was told.
std::optional<Daemon::Kept> take_back(systemd::PassedSockets& passed) {
  auto opened = systemd::MemfdVault::open(passed.claim("vault"));
  auto audit = systemd::StoredMemory::open(
      {.name = "audit", .bytes = audit::Ring::memory_bytes, .fits = audit::Ring::adoptable}, passed.claim("audit"));
  if (!opened || !audit) {
    log::critical((opened ? audit.error() : opened.error()) + ": free memory, or look at the limits of the service");
    return std::nullopt;
  }
  if (!opened->found.empty())
    log::warn("the vault of the time before cannot be used: its sessions are gone", {{"why", opened->found}});
  if (!audit->found.empty()) log::error("what waited for the audit trail is lost", {{"why", audit->found}});
  if (!opened->vault->persistent()) log::info("no service manager keeps the vault: sessions end with this process");
  return Daemon::Kept{.vault = std::move(opened->vault), .audit = std::move(audit->memory)};
}

int serve(const std::string& file, const std::vector<std::string>& warnings) {
  if (systemd::stderr_is_journal())
    if (log::Sink sink = systemd::journal_sink()) log::set_sink(std::move(sink));
  for (const std::string& warning : warnings) log::warn(warning);
  const config::Loaded loaded = config::load(file, config::Files::left_alone);
  report(loaded);
  auto passed = systemd::PassedSockets::take();
  const config::ConfigPtr config = config_to_run(loaded, passed, file);
  if (!config) return exit_config;
  const std::size_t allowed = systemd::allow_all_descriptors();
  if (const std::size_t wanted = config->broker.descriptors(); wanted > allowed)
    log::warn("max_connections needs more descriptors than this process may have: set LimitNOFILE= in the unit",
              {{"wanted", wanted}, {"allowed", allowed}});
  auto sockets = open_listening_sockets(*config, passed);
  if (!sockets) {
    log::critical(sockets.error());
    return 1;
  }
  for (const std::string& difference : sockets->differences) log::warn(difference);
  if (!sockets->no_lock_socket.empty())
    log::warn("no lock socket: `wardctl lock` uses the control socket", {{"why", sockets->no_lock_socket}});
  if (!sockets->no_fhir_socket.empty())
    log::warn("no socket for FHIR requests: apps use tokens of their own", {{"why", sockets->no_fhir_socket}});
  auto kept = take_back(passed);
  if (!kept) return 1;
  for (const std::string& name : passed.unclaimed()) log::warn("a passed socket is not known here", {{"name", name}});
  if (!systemd::come_before_users()) log::warn("users' programs can hold a lock up: set Nice=-15 in the unit");
  asio::io_context loop(1);
  bool left_behind = false;
  {
    Daemon daemon(loop, {config, file, loaded.errors()}, std::move(*sockets), std::move(*kept));
    asio::co_spawn(loop, daemon.run(), [](const std::exception_ptr& failure) {
      if (failure) std::rethrow_exception(failure);
    });
    loop.run();
    left_behind = daemon.left_a_thread();
  }
  // Everything is said and wiped. A thread that hangs in a call must not come back while static objects go.
  if (left_behind) ::_exit(0);
  return 0;
}

// What `wardctl rehearse` asks for: who plays, and where.
struct StageOrder {
  std::vector<std::string> cast;  // the app, the server ("": the app's only one)
  config::Stage stage;
  CLI::Option* wanted = nullptr;

  void add_to(CLI::App& app) {
    wanted = app.add_option("--stage", cast,
                            "APP SERVER: print the configuration in which `wardctl rehearse` plays as JSON, and exit")
                 ->expected(2);
    app.add_option("--stage-folder", stage.folder, "with --stage: the folder of its sockets and its trail")
        ->needs(wanted);
    app.add_option("--stage-base", stage.fhir_base_url, "with --stage: the FHIR base URL of what plays the EHR")
        ->needs(wanted);
    app.add_option("--stage-port", stage.loopback_port, "with --stage: the port of its pages")->needs(wanted);
  }
  [[nodiscard]] int print(const std::string& file) {
    stage.user = ::geteuid();
    stage.group = ::getegid();
    return print_stage(file, {.app = cast.at(0), .server = cast.at(1)}, stage);
  }
};

}  // namespace

int run_command_line(int argc, char** argv, const std::vector<std::string>& warnings) {
  CLI::App app("wardend: holds the SMART on FHIR sessions of this workstation", "wardend");
  std::string file = "/etc/wardend/wardend.toml";
  bool only_check = false;
  CheckForm check_form = CheckForm::text;
  OfflineSubject subject;
  app.add_option("--config", file, "configuration file; conf.d/*.toml beside it is read too")->capture_default_str();
  auto* check =
      app.add_flag("--check", only_check, "print every finding in the configuration and exit: 0 good, 78 not");
  app.add_flag_callback(
         "--json", [&] { check_form = CheckForm::json; }, "with --check: as one JSON object")
      ->needs(check);
  auto* verify = app.add_option("--verify", subject.app,
                                "compare what this app needs with saved documents of a server, "
                                "print the result as JSON, and exit: 0 ready, 1 not");
  auto* documents =
      app.add_option("--documents", subject.documents, "the folder with smart-configuration.json and metadata.json");
  auto* server =
      app.add_option("--server", subject.server, "whose documents they are; needed when the app has several");
  verify->needs(documents);
  documents->needs(verify);
  server->needs(verify);
  std::string scopes_of;
  auto* scopes = app.add_option("--scopes", scopes_of,
                                "print every scope of this app, its approval and what it covers as JSON, and exit");
  scopes->excludes(verify);
  StageOrder stage;
  stage.add_to(app);
  app.set_version_flag("--version", "wardend " WARDEND_VERSION " (commit " WARDEND_COMMIT ")");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : exit_usage;
  }
  if (stage.wanted->count() > 0) return stage.print(file);
  if (scopes->count() > 0) return review_scopes(file, scopes_of);
  if (verify->count() > 0) return verify_offline(file, subject);
  return only_check ? check_configuration(file, check_form) : serve(file, warnings);
}

}  // namespace wardend
