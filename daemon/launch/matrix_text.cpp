#include "daemon/launch/matrix_text.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/json.hpp"
#include "base/json_members.hpp"
#include "base/text.hpp"

namespace wardend::launch {
namespace {

using Json = nlohmann::json;

constexpr std::size_t longest_word = 256;  // bytes

std::optional<std::int64_t> number(const Json& object, const char* name) {
  const Json* found = find_member(object, name);
  if (found == nullptr || !found->is_number_integer() || *found < 0) return std::nullopt;
  return found->get<std::int64_t>();
}

std::optional<bool> flag(const Json& object, const char* name) {
  const Json* found = find_member(object, name);
  return found != nullptr && found->is_boolean() ? std::optional(found->get<bool>()) : std::nullopt;
}

std::optional<std::pair<LaunchKind, LaunchSeen>> row_from(const Json& entry) {
  const auto count = number(entry, "count"), first = number(entry, "first_at"), last = number(entry, "last_at");
  const auto tokens = flag(entry, "tokens"), missing = flag(entry, "missing_scopes");
  const auto came = texts_member(entry, "came");
  const std::string mode = text_member(entry, "mode");
  if (!count || !first || !last || !tokens || !missing || !came) return std::nullopt;
  if (mode != name_of(Mode::ehr) && mode != name_of(Mode::standalone)) return std::nullopt;
  if (!std::ranges::all_of(*came, is_member_word)) return std::nullopt;
  LaunchKind kind{.app = text_member(entry, "app"),
                  .server = text_member(entry, "server"),
                  .mode = mode == name_of(Mode::ehr) ? Mode::ehr : Mode::standalone,
                  .tokens = *tokens,
                  .came = *came,
                  .missing_scopes = *missing,
                  .outcome = printable(text_member(entry, "outcome"), longest_word)};
  if (kind.app.empty() || kind.outcome.empty() || *count == 0) return std::nullopt;
  return std::pair(std::move(kind), LaunchSeen{.count = static_cast<std::uint64_t>(*count),
                                               .first_at = *first,
                                               .last_at = *last,
                                               .meaning = printable(text_member(entry, "meaning"), longest_word)});
}

}  // namespace

std::string to_text(const LaunchCounts& counts) {
  Json rows = Json::array();
  for (const auto& [kind, seen] : counts.kinds)
    rows.push_back({{"app", kind.app},
                    {"server", kind.server},
                    {"mode", name_of(kind.mode)},
                    {"tokens", kind.tokens},
                    {"came", kind.came},
                    {"missing_scopes", kind.missing_scopes},
                    {"outcome", kind.outcome},
                    {"meaning", seen.meaning},
                    {"count", seen.count},
                    {"first_at", seen.first_at},
                    {"last_at", seen.last_at}});
  return dump_json(Json{{"since", counts.since}, {"unlisted", counts.unlisted}, {"launches", std::move(rows)}}) + "\n";
}

std::optional<LaunchCounts> read_matrix(std::string_view text) {
  // A parser may take a zero for the end of the text.
  if (text.contains('\0')) return std::nullopt;
  const auto object = parse_json(text, JsonLimits{.bytes = longest_matrix, .values = any_number_of_values});
  if (!object) return std::nullopt;
  const auto since = number(*object, "since"), unlisted = number(*object, "unlisted");
  const Json* rows = find_member(*object, "launches");
  if (!since || !unlisted || rows == nullptr || !rows->is_array()) return std::nullopt;
  LaunchCounts counts{.since = *since, .unlisted = static_cast<std::uint64_t>(*unlisted)};
  for (const Json& entry : *rows) {
    auto row = row_from(entry);
    if (!row || !counts.kinds.insert(std::move(*row)).second) return std::nullopt;
  }
  return counts;
}

}  // namespace wardend::launch
