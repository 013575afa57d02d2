// wardctl support-bundle FILE: what a help desk needs, in one JSON file: versions, status, servers. No secret and no
// patient: the status has neither, and free text that somebody typed is left out.
#include <sys/utsname.h>

#include <ostream>

#include "base/json.hpp"
#include "wardctl/ask.hpp"
#include "wardctl/commands.hpp"
#include "wardctl/explain.hpp"
#include "wardctl/new_file.hpp"
#include "wardctl/text.hpp"

namespace wardend::wardctl {
namespace {

nlohmann::json machine_facts() {
  utsname machine{};
  if (::uname(&machine) != 0) return nlohmann::json::object();
  return {{"kernel", machine.release}, {"architecture", machine.machine}};
}

nlohmann::json bundle_of(control::StatusReply status) {
  if (status.last_clear) status.last_clear->detail.clear();
  auto bundle = nlohmann::json::object();
  bundle["wardctl"] = WARDEND_VERSION;
  bundle["machine"] = machine_facts();
  bundle["status"] = status.to_json();
  return bundle;
}

}  // namespace

ExitCode run_support_bundle(const Context& context, const std::string& file) {
  auto reply = ask_control<control::StatusReply>(context, "Status", control::StatusParameters{});
  if (!reply) return explain(context, reply.error());
  const auto written = write_new_file(context, file, dump_json(bundle_of(std::move(reply->value))) + '\n');
  if (written != ExitCode::done) return written;
  if (context.format == Format::json) return print_json(context, {{"file", file}});
  context.out << "wrote " << printable(file) << "; send it together with the time and the place of the trouble\n";
  return ExitCode::done;
}

}  // namespace wardend::wardctl
