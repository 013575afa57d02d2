// wardctl launches [APP [SERVER]]: from which kinds of screens an app was opened so far, and what came of it.
#include <ostream>

#include "wardctl/ask.hpp"
#include "wardctl/commands.hpp"
#include "wardctl/launch_matrix.hpp"
#include "wardctl/text.hpp"

namespace wardend::wardctl {

ExitCode run_launches(const Context& context, const LaunchesOptions& options) {
  const auto reply = ask_control<control::LaunchesReply>(
      context, "Launches", control::LaunchesParameters{.app = options.app, .server = options.server});
  return print_reply(context, reply, [&](const control::LaunchesReply& found) {
    if (found.launches.empty())
      context.out << "no launch so far\n";
    else
      print_launches(context, found.launches);
    if (found.since != 0) context.out << "counted since " << local_date_time(found.since) << '\n';
    if (found.unlisted != 0) context.out << found.unlisted << " launches of further kinds are not listed\n";
    if (found.not_kept)
      context.out << "the next restart forgets this, as state_dir cannot be written (" << printable(*found.not_kept)
                  << ")\n";
  });
}

}  // namespace wardend::wardctl
