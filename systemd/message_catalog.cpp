#include "systemd/message_catalog.hpp"

#include <algorithm>
#include <array>

namespace wardend::systemd {
namespace {

constexpr std::size_t most_fields = 16;

constexpr auto known = std::to_array<KnownMessage>({
    {"cleared", "25f5f9c2f3044290bc7e775b18496937"},
    {"launch failed", "0af17523b1dd4bbca5aa0b07ec1fb313"},
    {"page refused", "e5c0171698bb4b4dad9d4e95b0d58346"},
    {"session started", "4d9d33911ed64ea8b5604c12e34b08e1"},
    {"session needs a new launch", "d95a4ebb8a5a404db4a9169d3f7b37f3"},
    {"server state", "0ed2ddb4d5ec4682b0e5b35a5fd54969"},
    {"refresh failed", "733433c09a114b86a563d2b306418dce"},
    {"configuration not reloaded: it has errors; the running one stays", "5d9f507702864fcbb262c7e46f6a8fc6"},
    {"the audit trail cannot be written; check [audit] file, space and owner", "e10519344ab74fdd8bd5f834e3774b0a"},
    {"an app was switched off", "ac8c0b9072dd43c0833c7caadf8f8144"},
    {"an app was switched on", "4b278cdc77b14b90afe0cb429cd23d16"},
    {"a write passed by an emergency override: look at the audit trail for who and why",
     "81b89809af6447b79820f2c31cb207e0"},
    {"the server rejects this client; check its registration, its credential and the clock",
     "47f2dfa4a2fd4265bacc5e2a1125e8e6"},
    {"wardend started", "0f127bff64884f989cff07f4ecfeebfb"},
});

std::string field_name(std::string_view key) {
  std::string name = "WARDEND_";
  for (const char c : key) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    name.push_back(!letter ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  }
  return name;
}

// Takes a value off the front: up to a blank, or between quotes, in which a quote has a backslash before it.
std::string take_value(std::string_view& rest) {
  std::string value;
  if (!rest.starts_with('"')) {
    value = rest.substr(0, rest.find(' '));
    rest.remove_prefix(value.size());
    return value;
  }
  rest.remove_prefix(1);
  while (!rest.empty() && rest.front() != '"') {
    if (rest.starts_with("\\\"")) rest.remove_prefix(1);
    value.push_back(rest.front());
    rest.remove_prefix(1);
  }
  if (!rest.empty()) rest.remove_prefix(1);
  return value;
}

}  // namespace

std::span<const KnownMessage> known_messages() { return known; }

ReadLine read_line(std::string_view line) {
  const auto message = std::ranges::find_if(known, [line](const KnownMessage& one) {
    return line.starts_with(one.text) && (line.size() == one.text.size() || line[one.text.size()] == ' ');
  });
  if (message == known.end()) return {};
  ReadLine read{.id = message->id};
  std::string_view rest = line.substr(message->text.size());
  while (rest.starts_with(' ') && read.fields.size() < most_fields) {
    rest.remove_prefix(1);
    const auto equals = rest.find('=');
    if (equals == std::string_view::npos) break;
    std::string name = field_name(rest.substr(0, equals));
    rest.remove_prefix(equals + 1);
    read.fields.emplace_back(std::move(name), take_value(rest));
  }
  return read;
}

}  // namespace wardend::systemd
