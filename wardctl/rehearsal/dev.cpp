// wardctl dev: keeps a broker and a simulated EHR up for somebody who writes an app, until Ctrl-C. No root, no service
// of the machine's, and nothing stays.
#include <sys/wait.h>

#include <cerrno>
#include <fstream>
#include <nlohmann/json.hpp>
#include <ostream>

#include "ipc/client/wardend/client.hpp"
#include "wardctl/ask.hpp"
#include "wardctl/commands.hpp"
#include "wardctl/explain.hpp"
#include "wardctl/rehearsal/keeper.hpp"
#include "wardctl/rehearsal/sandbox.hpp"
#include "wardctl/rehearsal/stage.hpp"

namespace wardend::wardctl {
namespace {

constexpr Occasion dev = {.name = "dev",
                          .signalled = "the broker, the simulated EHR and their folder are gone",
                          .again = "start it again: `wardctl dev`"};

// packaging/examples/sandbox.toml
constexpr const char* example =
#include <wardctl/rehearsal/example_app.inc>
    ;

struct Places {
  std::string socket, control, fhir_socket, ehr, launch, log, audit;
};

Places places_of(const Stage& stage) {
  const auto in_folder = [&](const char* name) { return (stage.folder / name).string(); };
  const std::string app_url =
      "http://127.0.0.1:" + std::to_string(stage.loopback_port) + "/launch/" + stage.subject.app;
  return {.socket = in_folder("broker.sock"),
          .control = in_folder("control.sock"),
          .fhir_socket = in_folder("fhir.sock"),
          .ehr = stage.sandbox,
          .launch = stage.subject.launch_ehr ? Sandbox(stage.sandbox).click(app_url, "patient-1") : "",
          .log = in_folder("wardend.log"),
          .audit = in_folder("audit.jsonl")};
}

void print_places(const Context& context, const Stage& stage) {
  const Places at = places_of(stage);
  if (context.format == Format::json) {
    print_json(context, {{"app", stage.subject.app},
                         {"socket", at.socket},
                         {"control", at.control},
                         {"fhir_socket", at.fhir_socket},
                         {"ehr", at.ehr},
                         {"launch", at.launch},
                         {"log", at.log},
                         {"audit", at.audit}});
    return;
  }
  std::ostream& out = context.out;
  out << "A broker and a simulated EHR for " << stage.subject.app << ", until Ctrl-C. In every other terminal, first:\n"
      << "  export WARDEND_SOCKET=" << at.socket << " WARDEND_CONTROL=" << at.control << " EHR=" << at.ehr << "\n\n";
  if (!at.launch.empty()) out << "Open the app from the EHR:  " << at.launch << '\n';
  out << "The app launches itself:    BeginLaunch, as `wardctl launch` does\n"
      << "Lock:                       wardctl lock\n"
      << "The EHR goes, comes back:   curl -sf $EHR/_sandbox/down -d '{\"down\":true}'      (false)\n"
      << "A token is refused once:    curl -sf $EHR/_sandbox/faults -d "
         "'{\"at\":\"fhir\",\"kind\":\"status\",\"status\":401,\"count\":1}'\n"
      << "All faults off:             curl -sf -X DELETE $EHR/_sandbox/faults\n"
      << "FHIR:                       " << at.ehr << "/fhir\n"
      << "FHIR without a token:       curl --unix-socket " << at.fhir_socket << " http://wardend/fhir/SESSION/...\n"
      << "The broker's log, trail:    " << at.log << "  " << at.audit << std::endl;
}

// Waits for ever, as a signal ends it from outside; a program that ends by itself is why it returns.
ExitCode stay(const Context& context, const Stage& stage) {
  while (::waitpid(-1, nullptr, 0) < 0 && errno == EINTR) {
  }
  const bool broker_stays = client::Client::connect(stage.folder / "control.sock").has_value();
  return refuse(context, {"Ended", std::string(broker_stays ? "wardend-sandbox" : "wardend") + " has ended", dev.again,
                          ExitCode::try_again});
}

ExitCode play(const Context& context, const DevOptions& options, const std::filesystem::path& folder) {
  std::string config = options.config;
  if (config.empty()) {
    config = folder / "example.toml";
    std::ofstream(config) << example;
  }
  const auto stage = set_stage({.app = options.app.value_or("vitals"),
                                .server = options.server.value_or(""),
                                .config = config,
                                .like = options.like.value_or("")},
                               folder);
  if (!stage)
    return refuse(context, {stage.error().name, stage.error().cause, stage.error().next, stage.error().exit_code});
  print_places(context, *stage);
  return stay(context, *stage);
}

}  // namespace

ExitCode run_dev(const Context& context, const DevOptions& options) {
  return in_a_folder(context, dev, [&](const std::filesystem::path& folder) { return play(context, options, folder); });
}

}  // namespace wardend::wardctl
