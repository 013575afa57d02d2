#include "systemd/service_manager.hpp"

#include <systemd/sd-login.h>

#include <cstdlib>
#include <memory>
#include <optional>

#include "base/log.hpp"
#include "systemd/bus.hpp"
#include "systemd/bus_names.hpp"

namespace wardend::systemd {
namespace {

constexpr Duration patience_at_the_end = 500ms;

std::string own_unit() {
  char* name = nullptr;
  if (sd_pid_get_unit(0, &name) < 0) return {};
  const std::unique_ptr<char, decltype(&std::free)> owner(name, &std::free);
  return name;
}

using Text = std::expected<std::string, std::string>;

Text failed(const BusError& error) { return std::unexpected(error.name + " " + error.text); }

// The type of the job that the manager has for this service; empty: none.
asio::awaitable<Text> job_type(asio::io_context& loop, Clock& clock, std::string address) {
  const std::string unit = own_unit();
  if (unit.empty()) co_return std::unexpected("this process belongs to no unit");
  auto bus = Bus::open(loop, clock, address);
  if (!bus) co_return std::unexpected(bus.error());
  const auto path = co_await (*bus)->call({names::units, names::units_path, names::units_manager, "GetUnit"}, {unit},
                                          patience_at_the_end);
  if (!path) co_return failed(path.error());
  const auto job = co_await (*bus)->call({names::units, object_path_in(path->get()), names::properties, "Get"},
                                         {names::unit, "Job"}, patience_at_the_end);
  if (!job) co_return failed(job.error());
  const std::string job_path = job_in(job->get());
  if (job_path.empty()) co_return std::string();
  const auto type = co_await (*bus)->call({names::units, job_path, names::properties, "Get"}, {names::job, "JobType"},
                                          patience_at_the_end);
  if (!type) co_return failed(type.error());
  co_return text_property_in(type->get());
}

}  // namespace

Farewell farewell_of(std::string_view job_type) {
  return job_type.empty() || job_type == "restart" || job_type == "try-restart" ? Farewell::restart : Farewell::stop;
}

asio::awaitable<Farewell> ask_farewell(asio::io_context& loop, Clock& clock, std::string address) {
  if (std::getenv("NOTIFY_SOCKET") == nullptr) co_return Farewell::stop;  // NOLINT(concurrency-mt-unsafe)
  const Text type = co_await job_type(loop, clock, std::move(address));
  if (!type) log::warn("the service manager does not say whether this is a restart", {{"why", type.error()}});
  co_return type ? farewell_of(*type) : Farewell::stop;
}

}  // namespace wardend::systemd
