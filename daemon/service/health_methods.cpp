#include "daemon/service/health_methods.hpp"

#include <utility>

#include "daemon/service/wire.hpp"

namespace wardend::service {

using namespace ipc::broker;
using access::Demand;
using access::Who;

Answer<GetHealthReply> HealthMethods::get_health(const ipc::Call& call, GetHealthParameters in) {
  const auto config = config_.hold();
  const Result<Who> who = gate_.judge(call.caller, call.epoch_tag, Demand::registered);
  // There is no configuration: that is what is wrong, and no list of servers.
  if (config->servers.empty() && !who && who.error().code() == Errc::WorkstationLocked)
    co_return std::unexpected(who.error());
  if (in.server && config->server(*in.server) == nullptr)
    co_return fail(errors::UnknownServer{.server = *in.server, .reason = "not a configured server"});
  GetHealthReply reply;
  std::vector<std::string> changed;
  std::vector<Trouble> troubles;
  for (const config::Server& server : config->servers) {
    if (in.server && *in.server != server.name) continue;
    reply.servers.push_back(freshness_for(who ? *who : Who{}, server_health_, server.name));
    if (!directory_.observation(server.name).changed.empty()) changed.push_back(server.name);
    if (std::string why = server_health_.record(server.name).last_trouble; who && !why.empty())
      troubles.push_back({.server = server.name, .detail = std::move(why)});
  }
  if (!troubles.empty()) reply.troubles = std::move(troubles);
  if (!changed.empty()) reply.changed = std::move(changed);
  co_return reply;
}

}  // namespace wardend::service
