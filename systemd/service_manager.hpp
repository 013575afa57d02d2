// What the service manager is about to do with this service: whether it comes back at once. Spec:
// org.freedesktop.systemd1(5), properties Job of Unit and JobType of Job.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace wardend::systemd {

enum class Farewell {
  stop,     // for good, as far as anybody can tell
  restart,  // it is started again: an upgrade, or `systemctl restart`
};

// Pure: by the type of the job that the manager has for this service; empty: it has none, and Restart= brings it back.
[[nodiscard]] Farewell farewell_of(std::string_view job_type);

// Asked when SIGTERM has come. `stop` where there is no manager, or it does not answer within half a second. `address`
// is for tests: a bus other than the system's.
[[nodiscard]] asio::awaitable<Farewell> ask_farewell(asio::io_context& loop, Clock& clock, std::string address = {});

}  // namespace wardend::systemd
