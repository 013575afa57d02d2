// wardctl launch: begins a launch, has its page opened in a browser, and waits until a session comes of it.
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <iostream>

#include "base/secret.hpp"
#include "wardctl/ask.hpp"
#include "wardctl/commands.hpp"
#include "wardctl/explain.hpp"
#include "wardctl/process.hpp"
#include "wardctl/session_text.hpp"

namespace wardend::wardctl {
namespace {

// A browser that cannot be started says so within this time; one that starts may stay until it is closed.
constexpr std::chrono::milliseconds browser_patience{2000};
// The broker ends a launch by itself at expires_in; this much later wardctl gives up.
constexpr std::chrono::seconds grace{15};

constexpr std::string_view how_to_give_up = "Ctrl-C gives up\n";

bool open_browser(const std::string& url) {
  const auto opener = run_program({"xdg-open", url}, Streams::discard, browser_patience);
  return opener.started && opener.exit_code.value_or(0) == 0;
}

// Scripts read this line. With --json standard output is for objects alone.
void print_address(const Context& context, const std::string& url) {
  (context.format == Format::json ? context.err : context.out) << "open: " << url << std::endl;
}

void show_address(const Context& context, const LaunchOptions& options, const std::string& url) {
  if (options.browser == Browser::open && open_browser(url)) {
    context.err << "wardctl: the sign-in page is open in your browser; waiting for you to finish there; "
                << how_to_give_up;
    return;
  }
  if (options.browser == Browser::open)
    context.err << "wardctl: no browser could be started: open this address in one yourself\n";
  print_address(context, url);
  if (&context.err == &std::cerr && ::isatty(STDERR_FILENO) == 1)
    context.err << "wardctl: waiting for the sign-in; " << how_to_give_up;
}

}  // namespace

ExitCode run_launch(const Context& context, const LaunchOptions& options) {
  auto connection = connect_broker(context);
  if (!connection) return explain(context, connection.error());
  broker::BeginLaunchParameters parameters{
      .server = options.server, .iss = options.iss, .launch = options.launch, .app = options.app};
  if (parameters.launch == "-") std::getline(context.in, *parameters.launch);
  const auto begun =
      call<broker::BeginLaunchReply>(*connection, qualified(broker::interface_name, "BeginLaunch"), parameters);
  if (parameters.launch) wipe(*parameters.launch);
  if (!begun) return explain(context, begun.error());
  show_address(context, options, begun->value.authorization_url);
  const auto session =
      call<broker::AwaitLaunchReply>(*connection, qualified(broker::interface_name, "AwaitLaunch"),
                                     broker::AwaitLaunchParameters{.launch_id = begun->value.launch_id},
                                     std::chrono::seconds(begun->value.expires_in) + grace);
  if (!session) return explain(context, session.error());
  if (context.format == Format::json) return print_json(context, session->as_sent);
  print_session(context, session->value.session);
  return ExitCode::done;
}

}  // namespace wardend::wardctl
