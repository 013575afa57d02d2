// wardctl support-bundle FILE: what a help desk needs, in one JSON file: versions, status, servers. No secret and no
// patient: the status has neither, and free text that somebody typed is left out.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ostream>

#include "base/file_descriptor.hpp"
#include "base/json.hpp"
#include "wardctl/ask.hpp"
#include "wardctl/commands.hpp"
#include "wardctl/explain.hpp"
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

// A new file that only its owner reads; false, with errno set, when it cannot be made or filled.
bool write_new_file(const std::string& path, const std::string& text) {
  const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file.valid()) return false;
  for (std::string_view rest = text; !rest.empty();) {
    const auto written = ::write(file.get(), rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

ExitCode run_support_bundle(const Context& context, const std::string& file) {
  auto reply = ask_control<control::StatusReply>(context, "Status", control::StatusParameters{});
  if (!reply) return explain(context, reply.error());
  if (!write_new_file(file, dump_json(bundle_of(std::move(reply->value))) + '\n')) {
    const auto cause = fmt::format("cannot write {}: {}", file, std::strerror(errno));
    return refuse(context, {"NotWritten", cause, "name a new file in a folder of yours", ExitCode::refused});
  }
  if (context.format == Format::json) return print_json(context, {{"file", file}});
  context.out << "wrote " << printable(file) << "; send it together with the time and the place of the trouble\n";
  return ExitCode::done;
}

}  // namespace wardend::wardctl
