#include "daemon/workstation/lock_log.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "base/json.hpp"

namespace wardend::workstation {
namespace {

constexpr std::size_t longest_text = 4096;

std::int64_t day_of(WallTime at) { return std::chrono::floor<std::chrono::days>(at).time_since_epoch().count(); }

std::optional<std::int64_t> number_at(const nlohmann::json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number_integer() ? std::optional(found->get<std::int64_t>()) : std::nullopt;
}

}  // namespace

LockHistory after_screen_lock(WallTime at) { return {.screen_lock_at = unix_seconds(at)}; }

LockHistory after_use(LockHistory history, WallTime at) {
  if (!history.in_use_since) history.in_use_since = unix_seconds(at);
  if (history.days_of_use > 0 && history.last_day == day_of(at)) return history;
  history.last_day = day_of(at);
  ++history.days_of_use;
  return history;
}

std::string to_text(const LockHistory& history) {
  nlohmann::json object{{"days_of_use", history.days_of_use}, {"last_day", history.last_day}};
  if (history.screen_lock_at) object["screen_lock_at"] = *history.screen_lock_at;
  if (history.in_use_since) object["in_use_since"] = *history.in_use_since;
  return dump_json(object) + "\n";
}

std::optional<LockHistory> read_lock_history(std::string_view text) {
  const auto object = parse_json(text, longest_text);
  if (!object || !object->is_object()) return std::nullopt;
  const auto days = number_at(*object, "days_of_use");
  const auto last = number_at(*object, "last_day");
  if (!days || *days < 0 || !last) return std::nullopt;
  return LockHistory{.screen_lock_at = number_at(*object, "screen_lock_at"),
                     .in_use_since = number_at(*object, "in_use_since"),
                     .days_of_use = *days,
                     .last_day = *last};
}

void LockLog::begin(LockHistory kept) {
  const LockHistory since = std::exchange(history_, kept);
  if (since.screen_lock_at)
    history_ = since;
  else if (since.in_use_since)
    history_ = after_use(kept, WallTime(std::chrono::seconds(*since.in_use_since)));
}

void LockLog::saw(LockSeen seen) {
  // Not a write for every lock: of those that follow each other without use in between, the first of a day.
  const bool screen = seen.source == "logind" && seen.reason == ClearReason::os_lock;
  const bool recent = history_.days_of_use == 0 && history_.screen_lock_at &&
                      day_of(seen.at) == day_of(WallTime(std::chrono::seconds(*history_.screen_lock_at)));
  if (screen && !recent) take(after_screen_lock(seen.at));
  last_ = std::move(seen);
}

void LockLog::used(WallTime at) { take(after_use(history_, at)); }

void LockLog::take(LockHistory next) {
  if (next == history_) return;
  history_ = next;
  changed_.notify_all();
}

}  // namespace wardend::workstation
