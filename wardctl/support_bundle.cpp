// wardctl support-bundle FILE: what a help desk needs, in one JSON file: versions, what the service says of itself, and
// what systemd, the journal and `wardend --check` say of it, so that there is something to send when it does not run.
// No secret and no patient: neither is in any of them, and free text that somebody typed is left out of the status.
#include <sys/utsname.h>

#include <chrono>
#include <ostream>
#include <vector>

#include "base/json.hpp"
#include "wardctl/ask.hpp"
#include "wardctl/commands.hpp"
#include "wardctl/explain.hpp"
#include "wardctl/new_file.hpp"
#include "wardctl/process.hpp"
#include "wardctl/text.hpp"

namespace wardend::wardctl {
namespace {

constexpr std::chrono::seconds patience{10};  // with each program: a bus or a disk may hang
constexpr std::size_t most_bytes = 1024UL * 1024;

nlohmann::json machine_facts() {
  utsname machine{};
  if (::uname(&machine) != 0) return nlohmann::json::object();
  return {{"kernel", machine.release}, {"architecture", machine.machine}};
}

// What a program says, with its command. `exit` is null where it cannot be started or was killed.
nlohmann::json said_by(const std::vector<std::string>& command) {
  const Captured captured = capture_program(command, most_bytes, Errors::captured, patience);
  std::string line;
  for (const std::string& word : command) line += (line.empty() ? "" : " ") + word;
  const auto exit = captured.ended.exit_code;
  return {{"command", line}, {"exit", exit ? nlohmann::json(*exit) : nlohmann::json()}, {"output", captured.output}};
}

nlohmann::json from_outside(const std::string& config) {
  const std::string units = "wardend*";
  return {{"unit", said_by({"systemctl", "show", "wardend.service", "-p",
                            "LoadState,ActiveState,SubState,Result,NRestarts,StatusText,ExecMainStatus,"
                            "ExecMainStartTimestamp,ExecMainExitTimestamp,NFileDescriptorStore"})},
          {"sockets", said_by({"systemctl", "list-sockets", "--all", "--no-pager", units})},
          {"journal", said_by({"journalctl", "-u", units, "-n", "2000", "--no-pager", "-o", "short-iso-precise"})},
          {"check", said_by({sibling_program("wardend"), "--check", "--config", config})}};
}

}  // namespace

ExitCode run_support_bundle(const Context& context, const SupportBundleOptions& options) {
  auto reply = ask_control<control::StatusReply>(context, "Status", control::StatusParameters{});
  using Kind = client::Failure::Kind;
  if (!reply && (reply.error().kind == Kind::refused || reply.error().kind == Kind::not_permitted))
    return explain(context, reply.error());
  auto bundle = from_outside(options.config);
  bundle["wardctl"] = WARDEND_VERSION;
  bundle["machine"] = machine_facts();
  if (reply) {
    if (reply->value.last_clear) reply->value.last_clear->detail.clear();
    bundle["status"] = reply->value.to_json();
  } else {
    bundle["no_status"] = reply.error().detail;
  }
  const auto written = write_new_file(context, options.file, dump_json(bundle) + '\n');
  if (written != ExitCode::done) return written;
  if (context.format == Format::json)
    return print_json(context, {{"file", options.file}, {"has_status", reply.has_value()}});
  if (!reply)
    context.out << "wardend does not answer (" << printable(reply.error().detail)
                << "): the file has what systemd, the journal and `wardend --check` say\n";
  context.out << "wrote " << printable(options.file)
              << "; send it together with the time and the place of the trouble\n";
  return ExitCode::done;
}

}  // namespace wardend::wardctl
