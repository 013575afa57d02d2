#include "wardctl/server_events.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/json_members.hpp"
#include "protocol/balp/deed.hpp"

namespace wardend::wardctl {
namespace {

constexpr std::size_t largest_file = 128UL * 1024 * 1024;
// Of a Bundle or a list, which is read whole; events a line are not bound by it.
constexpr JsonLimits document_limits{.bytes = largest_file, .values = 4'000'000};
constexpr JsonLimits event_limits{.bytes = 1024UL * 1024};

class Reading {
 public:
  void add_document(const nlohmann::json& document) {
    if (document.is_array()) {
      for (const auto& event : document) add(event);
    } else if (text_view_member(document, "resourceType") == "Bundle") {
      for (const auto& entry : list_member(document, "entry")) add_entry(entry);
    } else {
      add(document);
    }
  }
  void add_line(std::string_view line) {
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) return;
    if (const auto document = parse_json(line, event_limits))
      add_document(*document);
    else
      refuse(document.error());
  }
  [[nodiscard]] ServerEvents take() { return std::move(events_); }

 private:
  // What a search says of itself is no event.
  void add_entry(const nlohmann::json& entry) {
    const nlohmann::json* resource = find_member(entry, "resource");
    if (resource == nullptr) return refuse("the Bundle's entry has no resource");
    if (text_view_member(*resource, "resourceType") == "OperationOutcome") return;
    add(*resource);
  }
  void add(const nlohmann::json& event) {
    auto deed = balp::deed_of_event(event);
    if (!deed) return refuse(deed.error());
    if (*deed) {
      (*deed)->index = next_;
      events_.deeds.push_back(std::move(**deed));
    } else {
      ++events_.others;
    }
    ++next_;
  }
  void refuse(std::string why) { events_.unreadable.push_back({next_++, std::move(why)}); }

  ServerEvents events_;
  std::size_t next_ = 0;
};

}  // namespace

std::expected<ServerEvents, std::string> read_server_events(const std::string& file) {
  std::error_code failed;
  const auto size = std::filesystem::file_size(file, failed);
  if (failed) return std::unexpected(failed.message());
  if (size > largest_file) return std::unexpected("it is larger than 128 MiB: export a shorter time");
  std::ifstream in(file, std::ios::binary);
  std::string text(size, '\0');
  if (!in.read(text.data(), static_cast<std::streamsize>(size))) return std::unexpected(std::strerror(errno));
  return server_events_in(text);
}

std::expected<ServerEvents, std::string> server_events_in(std::string_view text) {
  Reading reading;
  const auto document = parse_json(text, document_limits);
  if (document) {
    reading.add_document(*document);
    return reading.take();
  }
  const auto end = text.find_last_not_of(" \t\r\n");
  if (end == std::string_view::npos) return std::unexpected("it is empty");
  if (text.substr(0, end).find('\n') == std::string_view::npos) return std::unexpected(document.error());
  for (std::size_t at = 0; at < text.size();) {
    const auto next = std::min(text.find('\n', at), text.size());
    reading.add_line(text.substr(at, next - at));
    at = next + 1;
  }
  return reading.take();
}

}  // namespace wardend::wardctl
