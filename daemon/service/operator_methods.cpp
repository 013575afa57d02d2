#include "daemon/service/operator_methods.hpp"

#include <utility>

namespace wardend::service {

using namespace ipc::control;

Answer<ReloadReply> OperatorMethods::reload(const ipc::Call& call) {
  auto digest = co_await reloader_.reload();
  if (!digest) {
    trail_.denied(call.caller, ControlMethod::Reload, digest.error().detail(), digest.error());
    co_return std::unexpected(digest.error());
  }
  trail_.granted(call.caller, ControlMethod::Reload, *digest);
  co_return ReloadReply{std::move(*digest)};
}

Answer<AcceptServerReply> OperatorMethods::accept_server(const ipc::Call& call, AcceptServerParameters in) {
  const auto acceptance = directory_.accept(in.server, in.changed_digest);
  if (acceptance == server::ServerDirectory::Acceptance::unknown_server) {
    Error error = errors::UnknownServer{.server = in.server, .reason = "not a configured server"};
    trail_.denied(call.caller, ControlMethod::AcceptServer, error.detail(), error);
    co_return fail(std::move(error));
  }
  if (acceptance == server::ServerDirectory::Acceptance::other_than_shown) {
    Error error = errors::InvalidTarget{
        "what waits at that server now is not what was shown: look at it again, then accept that"};
    trail_.denied(call.caller, ControlMethod::AcceptServer, in.server + ": " + error.detail(), error);
    co_return fail(std::move(error));
  }
  trail_.granted(call.caller, ControlMethod::AcceptServer, in.server + ": " + in.reason.substr(0, 256));
  co_return AcceptServerReply{};
}

}  // namespace wardend::service
