#include "daemon/gateway/pages.hpp"

#include <algorithm>
#include <utility>

namespace wardend::gateway {
namespace {

constexpr std::size_t handle_bytes = 16;

}  // namespace

std::string PageStore::keep(const std::string& session, Page page, BootTime now) {
  auto& kept = sessions_[session];
  while (!kept.empty() && kept.front().until <= now) kept.pop_front();
  const auto same = std::ranges::find_if(kept, [&](const Kept& one) { return one.page.url == page.url; });
  std::string handle = same == kept.end() ? random_.token(handle_bytes) : same->handle;
  if (same != kept.end()) kept.erase(same);
  if (kept.size() == most_of_a_session) kept.pop_front();
  kept.push_back({.handle = handle, .page = std::move(page), .until = now + lifetime});
  return handle;
}

std::optional<Page> PageStore::find(const std::string& session, std::string_view handle, BootTime now) const {
  const auto of_session = sessions_.find(session);
  if (of_session == sessions_.end()) return std::nullopt;
  const auto& kept = of_session->second;
  const auto found = std::ranges::find_if(kept, [&](const Kept& one) { return one.handle == handle; });
  if (found == kept.end() || found->until <= now) return std::nullopt;
  return found->page;
}

void PageStore::forget(const std::string& session) { sessions_.erase(session); }

void PageStore::expire(BootTime now) {
  for (auto& [session, kept] : sessions_)
    while (!kept.empty() && kept.front().until <= now) kept.pop_front();
  std::erase_if(sessions_, [](const auto& session) { return session.second.empty(); });
}

std::size_t PageStore::size() const {
  std::size_t all = 0;
  for (const auto& [session, kept] : sessions_) all += kept.size();
  return all;
}

}  // namespace wardend::gateway
