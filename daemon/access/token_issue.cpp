#include "daemon/access/token_issue.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace wardend::access {

asio::awaitable<Result<Issued>> TokenIssue::issue(const ipc::Caller& caller, workstation::EpochNumber epoch,
                                                  TokenRequest request) {
  const Admission::Asked asked = co_await parts_.admission.admit(caller, epoch, std::move(request));
  if (asked.refused) co_return refuse(caller, asked);
  co_return hand_out(*asked.who, *asked.session);
}

Issued TokenIssue::hand_out(const Who& who, session::Session& session) {
  Issued issued{.session = session,
                .config = who.config,
                .freshness = parts_.server_health.freshness(session.server),
                .request_id = next_request_id()};
  parts_.record.granted(who, session, issued.request_id);
  return issued;
}

std::unexpected<Error> TokenIssue::refuse(const ipc::Caller& caller, const Admission::Asked& asked) {
  Error error = parts_.admission.told(*asked.refused, asked);
  parts_.record.refused(caller, asked.who, asked.session, error);
  return fail(std::move(error));
}

std::string TokenIssue::next_request_id() {
  std::array<char, 16> serial;
  const char* const end = std::to_chars(serial.data(), serial.data() + serial.size(), ++issued_, 16).ptr;
  return request_id_prefix_ + std::string(serial.data(), static_cast<std::size_t>(end - serial.data()));
}

}  // namespace wardend::access
