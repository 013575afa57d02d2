#include "daemon/ipc_options.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "ipc/peer_rules.hpp"

namespace wardend {
namespace {

// A tenth of the loop's time on each socket for what strangers ask.
constexpr PaceLimits strangers_time{.at_once = 5'000'000, .each = 10ns, .shortest_pause = 500us, .longest_pause = 20ms};

ipc::ServerOptions server_options(const config::Live& live, std::string label, Workers& workers) {
  const config::Broker& config = live.get().broker;
  ipc::ServerOptions options;
  options.limits.places.a_known_user = config.max_connections_per_user;
  options.limits.places.a_stranger = std::min(options.limits.places.a_stranger, config.max_connections_per_user);
  options.limits.places.all = config.max_connections;
  options.limits.door = door_time;
  options.limits.strangers = strangers_time;
  options.label = std::move(label);
  options.version = WARDEND_VERSION;
  options.worker = &workers.parsing;
  options.closer = &workers.closing;
  return options;
}

}  // namespace

// Room is kept for those whom a peer rule names, and for root.
ipc::ServerOptions broker_options(const config::Live& live, Workers& workers) {
  ipc::ServerOptions options = server_options(live, "broker", workers);
  options.wanted_facts = [&live] { return ipc::wanted_by_apps(live.get()); };
  options.may_be_known = [&live](const ipc::Caller& caller) {
    return caller.uid() == 0 || ipc::may_be_named_by_an_app(live.get(), caller);
  };
  options.is_known = [&live](const ipc::Caller& caller) {
    return caller.uid() == 0 || ipc::named_by_an_app(live.get(), caller);
  };
  return options;
}

// Whoever may ask for a token may ask with one.
ipc::ServerOptions fhir_options(const config::Live& live, Workers& workers) {
  ipc::ServerOptions options = broker_options(live, workers);
  options.label = "fhir";
  return options;
}

// root and the members of every role always get in: whoever reports a lock must not be outnumbered.
ipc::ServerOptions control_options(const config::Live& live, std::string label, Workers& workers) {
  constexpr std::size_t places_of_a_stranger = 2;
  ipc::ServerOptions options = server_options(live, std::move(label), workers);
  options.limits.places.a_known_user = options.limits.places.all;
  options.limits.places.a_stranger = places_of_a_stranger;
  // A lock is heard though its reporter did not wait for the answer.
  options.absent = ipc::Absent::heard;
  options.wanted_facts = [&live] { return ipc::wanted_by_roles(live.get().roles); };
  // Groups tell it all, so that a stranger is never looked up.
  options.may_be_known =
      options.is_known = [&live](const ipc::Caller& caller) { return ipc::holds_any_role(live.get().roles, caller); };
  return options;
}

// The file's mode lets only root and the EHR's agents connect: nobody else shares their queue or their places.
ipc::ServerOptions lock_options(const config::Live& live, Workers& workers) {
  ipc::ServerOptions options = control_options(live, "lock", workers);
  options.limits.places.a_known_user = options.limits.places.all = config::lock_socket_connections;
  return options;
}

}  // namespace wardend
