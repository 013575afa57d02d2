#include "daemon/gateway/pages.hpp"

#include <algorithm>
#include <utility>

namespace wardend::gateway {
namespace {

constexpr std::size_t handle_bytes = 16;

}  // namespace

std::string PageStore::draw(Random& random) { return random.token(handle_bytes); }

void PageStore::put(const std::string& session, std::string handle, Page page, BootTime now) {
  expire(now);
  auto& kept = sessions_[session];
  if (kept.size() == most_of_a_session) kept.pop_front();
  kept.push_back({.handle = std::move(handle), .page = std::move(page), .until = now + lifetime});
}

std::string PageStore::keep(const std::string& session, Page page, BootTime now) {
  expire(now);
  auto& kept = sessions_[session];
  const auto same = std::ranges::find_if(kept, [&](const Kept& one) { return one.page.url == page.url; });
  std::string handle = same == kept.end() ? draw(random_) : same->handle;
  if (same != kept.end()) kept.erase(same);
  put(session, handle, std::move(page), now);
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

PagesAside::PagesAside(Random& random, std::size_t most) {
  for (std::size_t i = 0; i < most; ++i) free_.push_back(PageStore::draw(random));
}

std::string PagesAside::keep(std::string_view url) {
  const auto same = std::ranges::find(found_, url, &std::pair<std::string, std::string>::first);
  if (same != found_.end()) return same->second;
  found_.emplace_back(url, free_.at(found_.size()));
  return found_.back().second;
}

}  // namespace wardend::gateway
