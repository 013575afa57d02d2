#include "daemon/service/operator_methods.hpp"

#include <optional>
#include <string>
#include <utility>

#include "base/text.hpp"
#include "daemon/service/config_changes.hpp"

namespace wardend::service {

using namespace ipc::control;

namespace {

using Acceptance = server::ServerDirectory::Acceptance;

std::optional<Error> refusal(Acceptance acceptance, const std::string& server) {
  switch (acceptance) {
    case Acceptance::accepted:
      return std::nullopt;
    case Acceptance::unknown_server:
      return errors::UnknownServer{.server = server, .reason = "not a configured server"};
    case Acceptance::nothing_waits:
      return errors::InvalidTarget{"no change waits at that server: there is nothing to accept"};
    case Acceptance::other_than_shown:
      return errors::InvalidTarget{
          "what waits at that server now is not what was shown: look at it again, then accept that"};
  }
  return errors::InvalidTarget{"nothing was accepted"};
}

}  // namespace

Answer<ReloadReply> OperatorMethods::reload(const ipc::Call& call) {
  auto digest = co_await reloader_.reload();
  if (!digest) {
    trail_.denied(call.caller, ControlMethod::Reload, refusal_in_words(digest.error()), digest.error());
    co_return std::unexpected(digest.error());
  }
  trail_.granted(call.caller, ControlMethod::Reload, *digest + ": " + reloader_.changes());
  ReloadReply reply{.config_digest = std::move(*digest)};
  if (const auto& keys = reloader_.files().at_restart; !keys.empty()) reply.at_restart = keys;
  co_return reply;
}

Answer<AcceptServerReply> OperatorMethods::accept_server(const ipc::Call& call, AcceptServerParameters in) {
  if (auto refused = refusal(directory_.accept(in.server, in.changed_digest), in.server)) {
    trail_.denied(call.caller, ControlMethod::AcceptServer, in.server + ": " + refused->detail(), *refused);
    co_return fail(std::move(*refused));
  }
  trail_.granted(call.caller, ControlMethod::AcceptServer, in.server + ": " + printable(in.reason, 256));
  co_return AcceptServerReply{};
}

}  // namespace wardend::service
