#include "daemon/fhircast/hub_trail.hpp"

#include <utility>

#include "base/log.hpp"

namespace wardend::fhircast {
namespace {

constexpr Duration seldom = std::chrono::minutes(1);

}  // namespace

void HubTrail::record(Act act, std::string reason, std::string detail) { write({act, std::move(reason)}, detail, 1); }

void HubTrail::write(const Key& key, const std::string& detail, std::int64_t count) {
  audit_.write(record_of(entry::Hub{.act = key.first,
                                    .whose = {.server = server_},
                                    .outcome = entry::granted,
                                    .reason = key.second,
                                    .detail = detail,
                                    .count = count}));
}

std::int64_t HubTrail::due(const Key& key, const std::string& detail) {
  const BootTime now = clock_.now();
  const auto [found, first] = withheld_.try_emplace(key, Withheld{.since = now});
  Withheld& withheld = found->second;
  withheld.detail = detail;
  ++withheld.count;
  if (!first && now - withheld.since < seldom) return 0;
  withheld.since = now;
  return std::exchange(withheld.count, 0);
}

void HubTrail::record_seldom(Act act, const std::string& reason, const std::string& detail) {
  const Key key{act, reason};
  if (const auto count = due(key, detail); count > 0) write(key, detail, count);
}

void HubTrail::warn(const std::string& why) const {
  log::bounded(log::Level::warn, "a hub's message cannot be read", server_ + " " + why,
               {{"server", server_}, {"why", why}});
}

void HubTrail::flush() {
  for (auto& [key, withheld] : withheld_)
    if (withheld.count > 0) write(key, withheld.detail, std::exchange(withheld.count, 0));
}

}  // namespace wardend::fhircast
