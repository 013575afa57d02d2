#include "daemon/fhircast/holders.hpp"

#include <algorithm>

#include "daemon/fhircast/patience.hpp"

namespace wardend::fhircast {
namespace {

constexpr Duration good_for = 60s;

}  // namespace

std::set<std::string> Holders::login_sessions() {
  std::set<std::string> found;
  for (const std::string& id : ids_)
    if (const session::Session* session = store_.find(id)) found.insert(session->login_session);
  return found;
}

session::Session* Holders::longest() {
  session::Session* best = nullptr;
  const BootTime now = clock_.now();
  for (const std::string& id : ids_) {
    session::Session* session = store_.find(id);
    if (session == nullptr || session->remaining(now) <= Duration::zero()) continue;
    if (best == nullptr || session->remaining(now) > best->remaining(now)) best = session;
  }
  return best;
}

std::optional<HubRequest::Bearer> Holders::bearer() {
  const session::Session* session = longest();
  if (session == nullptr) return std::nullopt;
  return HubRequest::Bearer{.session = session->id,
                            .token = session->tokens()->access,
                            .granted = session->granted,
                            .token_left = std::chrono::floor<std::chrono::seconds>(session->remaining(clock_.now()))};
}

bool Holders::fresh() {
  const session::Session* session = longest();
  return session != nullptr &&
         session->remaining(clock_.now()) >= std::min<Duration>(good_for, session->tokens()->life() / 2);
}

session::Session* Holders::refreshable() {
  if (session::Session* session = longest(); session != nullptr && session->refreshable()) return session;
  for (const std::string& id : ids_)
    if (session::Session* session = store_.find(id); session != nullptr && session->refreshable()) return session;
  return nullptr;
}

bool Holders::hurry() {
  session::Session* session = refreshable();
  return session != nullptr && refresher_.start_now(*session);
}

asio::awaitable<bool> Holders::freshen(Need need) {
  if (need == Need::fresh && fresh()) co_return true;
  session::Session* session = refreshable();
  if (session == nullptr || !refresher_.start_now(*session)) co_return need == Need::fresh&& longest() != nullptr;
  const std::string id = session->id;
  const std::uint64_t generation = session->tokens()->generation;
  const BootTime until = clock_.now() + refresh_patience;
  while (clock_.now() < until) {
    session = ids_.contains(id) ? store_.find(id) : nullptr;
    if (session == nullptr || session->tokens() == nullptr) break;
    if (session->tokens()->generation != generation) co_return true;
    if (session->state() != session::State::refreshing) break;  // it failed
    co_await clock_.wait(session->changed, until);
  }
  co_return need == Need::fresh&& longest() != nullptr;
}

}  // namespace wardend::fhircast
