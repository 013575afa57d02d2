#include "systemd/unit_watch.hpp"

#include <sys/inotify.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include "base/log.hpp"

namespace wardend::systemd {
namespace {

// A workstation has a few hundred groups; these are not for somebody who makes them by the thousand.
constexpr std::size_t max_nodes = 8192;
constexpr std::uint32_t folder_changes = IN_CREATE | IN_DELETE | IN_ONLYDIR;

using Level = UnitPlace::Level;

}  // namespace

UnitWatch::UnitWatch(asio::io_context& loop, LockListener& listener, const config::Live& config,
                     std::vector<std::filesystem::path> roots)
    : listener_(listener), config_(config), roots_(std::move(roots)), changes_(loop) {
  find_root();
}

bool UnitWatch::wanted() const {
  return std::ranges::any_of(config_.get().servers,
                             [](const config::Server& server) { return !server.ehr_unit.empty(); });
}

bool UnitWatch::is_ehr(const std::string& unit) const {
  return std::ranges::any_of(config_.get().servers,
                             [&](const config::Server& server) { return names_unit(server.ehr_unit, unit); });
}

std::string UnitWatch::trouble() const {
  if (!wanted()) return {};
  if (root_.empty())
    return "ehr_unit is not watched: there is no cgroup v2 tree under /sys/fs/cgroup (boot with "
           "systemd.unified_cgroup_hierarchy=1)";
  if (too_many_) return "ehr_unit is not watched everywhere: raise fs.inotify.max_user_watches";
  return {};
}

void UnitWatch::find_root() {
  const auto found = std::ranges::find_if(roots_, [](const std::filesystem::path& root) {
    std::error_code unreadable;
    return std::filesystem::exists(root / "cgroup.controllers", unreadable);
  });
  if (found != roots_.end()) root_ = *found;
}

asio::awaitable<void> UnitWatch::run() {
  if (!root_.empty()) visit("");
  if (const std::string why = trouble(); !why.empty()) log::warn(why);
  while (!root_.empty())
    for (const Inotify::Change& change : co_await changes_.next()) heed(change);
}

// The watch is set before what it is on is read: a change in between is told, and read once more.
void UnitWatch::visit(const std::string& path) {
  const UnitPlace place = unit_place(path);
  if (place.level == Level::other || by_path_.contains(path)) return;
  const std::filesystem::path folder = root_ / path;
  const bool unit = place.level == Level::unit;
  const int watch = nodes_.size() >= max_nodes
                        ? -ENOSPC
                        : changes_.add(unit ? folder / "cgroup.events" : folder, unit ? IN_MODIFY : folder_changes);
  if (watch < 0) {
    if (watch == -ENOSPC && !std::exchange(too_many_, true) && wanted()) log::warn(trouble());
    return;
  }
  by_path_[path] = watch;
  Node& node = nodes_[watch] = {.path = path, .place = place};
  if (unit) return read(node);
  std::error_code gone;
  for (const auto& entry : std::filesystem::directory_iterator(folder, gone))
    if (entry.is_directory(gone)) visit((std::filesystem::path(path) / entry.path().filename()).string());
}

void UnitWatch::heed(const Inotify::Change& change) {
  if ((change.mask & IN_Q_OVERFLOW) != 0) return look_again();
  const auto found = nodes_.find(change.watch);
  if (found == nodes_.end()) return;
  if ((change.mask & IN_IGNORED) != 0) return forget(found->second.path);
  if (found->second.place.level == Level::unit) return read(found->second);
  if ((change.mask & IN_ISDIR) == 0) return;
  const std::string path = (std::filesystem::path(found->second.path) / change.name).string();
  if ((change.mask & IN_DELETE) != 0) return forget(path);
  visit(path);
}

void UnitWatch::read(Node& node) {
  std::ostringstream text;
  text << std::ifstream(root_ / node.path / "cgroup.events").rdbuf();
  const bool before = std::exchange(node.populated, is_populated(text.str()));
  if (before && !node.populated) ended(node);
}

void UnitWatch::forget(const std::string& path) {
  const auto found = by_path_.find(path);
  if (found == by_path_.end()) return;
  changes_.remove(found->second);
  auto node = nodes_.extract(found->second);
  by_path_.erase(found);
  if (node.mapped().populated) ended(node.mapped());
}

void UnitWatch::ended(Node& node) {
  node.populated = false;
  if (!is_ehr(node.place.unit)) return;
  log::info("the EHR's unit has ended", {{"unit", node.place.unit}});
  listener_.must_clear({.reason = ClearReason::ehr_gone,
                        .login_session = node.place.login_session,
                        .received_at = std::chrono::steady_clock::now(),
                        .source = "ehr_unit " + node.place.unit,
                        .user = node.place.user});
}

void UnitWatch::look_again() {
  std::vector<std::string> gone;
  for (auto& [watch, node] : nodes_) {
    std::error_code unreadable;
    if (!std::filesystem::exists(root_ / node.path, unreadable))
      gone.push_back(node.path);
    else if (node.place.level == Level::unit)
      read(node);
  }
  for (const std::string& path : gone) forget(path);
  std::vector<std::string> folders;
  for (const auto& [watch, node] : nodes_)
    if (node.place.level != Level::unit) folders.push_back(node.path);
  for (const std::string& folder : folders) {
    std::error_code unreadable;
    for (const auto& entry : std::filesystem::directory_iterator(root_ / folder, unreadable))
      if (entry.is_directory(unreadable)) visit((std::filesystem::path(folder) / entry.path().filename()).string());
  }
}

}  // namespace wardend::systemd
