// wardctl verify APP [SERVER], and verify --offline APP DIR: may the app go live there? Exit code 0 only when nothing
// is blocking.
#include <chrono>
#include <ostream>
#include <utility>

#include "base/json.hpp"
#include "base/json_members.hpp"
#include "wardctl/ask.hpp"
#include "wardctl/commands.hpp"
#include "wardctl/explain.hpp"
#include "wardctl/new_file.hpp"
#include "wardctl/process.hpp"
#include "wardctl/text.hpp"
#include "wardctl/verification.hpp"

namespace wardend::wardctl {
namespace {

// The broker fetches two documents, and one of them may be 20 MiB.
constexpr std::chrono::milliseconds patience{90'000};

// Without a server named: the only one that is configured; "" when there are several.
client::Outcome<std::string> only_server(const Context& context) {
  const auto status = ask_control<control::StatusReply>(context, "Status", control::StatusParameters{});
  if (!status) return std::unexpected(status.error());
  return status->value.servers.size() == 1 ? status->value.servers.front().name : std::string();
}

std::int64_t now() {
  using namespace std::chrono;
  return duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
}

// Shows and files a report. Not ready is a refusal, for pipelines.
ExitCode finish(const Context& context, const VerifyOptions& options, const nlohmann::json& as_sent,
                const Verification& verification) {
  const auto code = verification.reply.ready ? ExitCode::done : ExitCode::refused;
  // The findings are shown whatever becomes of the file.
  if (context.format == Format::json)
    print_json(context, as_sent);
  else
    print_verification(context, verification);
  if (options.markdown) {
    const auto written = write_new_file(context, *options.markdown, markdown_of(verification));
    if (written != ExitCode::done) return written;
  }
  if (code == ExitCode::done) return code;
  return refuse(context,
                {"NotReady", "something blocks going live",
                 "settle what is marked blocking, each as its line under \"next\" (or \"what to do\") says, then "
                 "verify again",
                 code});
}

// What `wardend --verify` says by its exit code alone; it has said why on standard error.
ExitCode explain_end(const Context& context, const Ended& ended) {
  constexpr int usage = 2, no_documents = 66, unknown_name = 67, config = 78;
  if (!ended.started || ended.exit_code == 127)
    return refuse(context, {"NotSupported", "the program wardend, which compares the documents, cannot be started",
                            "install it beside wardctl or in PATH", ExitCode::refused});
  switch (ended.exit_code.value_or(0)) {
    case usage:
      return refuse(context, {"InvalidRequest", "which server? The app has several", "name one of them with --server",
                              ExitCode::usage});
    case unknown_name:
      return refuse(context, {"InvalidRequest", "the configuration has no such app and server",
                              "name an app of it, and with --server one of that app's servers", ExitCode::refused});
    case no_documents:
      return refuse(context, {"NoDocuments", "there is nothing to compare with",
                              "save the documents as smart-configuration.json and metadata.json in one folder, and "
                              "name that folder",
                              ExitCode::refused});
    case config:
      return refuse(context, {"ConfigInvalid", "the configuration cannot be used as it is",
                              "correct what is named above, or name another file with --config", ExitCode::refused});
    default:
      return refuse(context, {"ProtocolError", "wardend gave no report",
                              "check that wardctl and wardend are of one version", ExitCode::refused});
  }
}

ExitCode verify_saved(const Context& context, const VerifyOptions& options) {
  if (!options.where || options.app.empty())
    return refuse(context, {"InvalidRequest", options.where ? "which app?" : "which documents?",
                            "name the folder that holds them: `wardctl verify --offline APP DIR`", ExitCode::usage});
  std::vector<std::string> words = {
      sibling_program("wardend"), "--config", options.config, "--verify", options.app, "--documents", *options.where};
  if (options.server) words.insert(words.end(), {"--server", *options.server});
  const auto captured = capture_program(words, client::Client::max_frame_bytes);
  const int code = captured.ended.exit_code.value_or(-1);
  if (code != 0 && code != 1) return explain_end(context, captured.ended);
  auto sent = parse_json(captured.output, {.bytes = client::Client::max_frame_bytes, .values = any_number_of_values});
  if (!sent) return explain_end(context, {.started = true});
  auto reply = control::VerifyAppReply::from_json(*sent, ipc::Unknown::ignore);
  if (!reply) return explain_end(context, {.started = true});
  return finish(context, options, *sent,
                {.app = options.app,
                 .server = text_member(*sent, "server"),
                 .at = now(),
                 .reply = std::move(*reply),
                 .configuration = text_member(*sent, "configuration_digest")});
}

}  // namespace

ExitCode run_verify(const Context& context, const VerifyOptions& options) {
  if (options.documents == Documents::saved) return verify_saved(context, options);
  const auto& named = options.where ? options.where : options.server;
  const auto server = named ? client::Outcome<std::string>(*named) : only_server(context);
  if (!server) return explain(context, server.error());
  if (server->empty())
    return refuse(context, {"InvalidRequest", "which server? There is not exactly one",
                            "name it: `wardctl verify APP SERVER`; `wardctl health` lists them", ExitCode::usage});
  auto connection = client::Client::connect(context.control_socket);
  if (!connection) return explain(context, connection.error());
  auto reply =
      call<control::VerifyAppReply>(*connection, qualified(control::interface_name, "VerifyApp"),
                                    control::VerifyAppParameters{.app = options.app, .server = *server}, patience);
  if (!reply) return explain(context, reply.error());
  return finish(context, options, reply->as_sent, {options.app, *server, now(), std::move(reply->value)});
}

}  // namespace wardend::wardctl
