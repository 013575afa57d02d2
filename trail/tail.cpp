#include "trail/tail.hpp"

#include <nlohmann/json.hpp>
#include <system_error>

#include "base/json_members.hpp"
#include "trail/files.hpp"

namespace wardend::trail {
namespace {

namespace fs = std::filesystem;

std::uint64_t first_of(const fs::path& file) {
  Lines lines(file);
  std::string_view line;
  if (!lines.next(line)) return 0;
  const auto entry = read_entry(line);
  return entry ? entry->sequence : 0;
}

std::string member_of(std::string_view members, const char* name) {
  return text_member(nlohmann::json::parse("{" + std::string(members) + "}", nullptr, false), name);
}

Tail tail_in(const fs::path& file, std::uint64_t from) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  const bool whole = error || size <= tail_bytes || file.extension() == ".gz";
  Tail tail{.entries = {}, .boot = {}, .first = first_of(file)};
  std::string last;
  Lines lines(file, whole ? 0 : size - tail_bytes);
  for (std::string_view line; lines.next(line);) {
    const auto entry = read_entry(line);
    if (!entry) continue;
    if (!tail.entries.empty() && tail.entries.back().link.sequence < from) tail.entries.pop_back();
    tail.entries.push_back({.link = entry->link(),
                            .previous = std::string(entry->previous),
                            .kind = std::string(entry->kind),
                            .action = entry->kind == "gap" ? member_of(entry->members, "action") : ""});
    last = entry->members;
  }
  tail.boot = member_of(last, "boot");
  return tail;
}

}  // namespace

Tail tail_of(const fs::path& file, std::uint64_t from) {
  Tail tail = tail_in(file, from);
  if (!tail.entries.empty()) return tail;
  const auto files = files_of(file);
  for (auto at = files.rbegin(); at != files.rend() && tail.entries.empty(); ++at)
    if (*at != file) tail = tail_in(*at, from);
  return tail;
}

}  // namespace wardend::trail
