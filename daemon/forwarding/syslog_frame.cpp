#include "daemon/forwarding/syslog_frame.hpp"

#include <algorithm>
#include <array>
#include <ctime>

#include "trail/link.hpp"

namespace wardend::forwarding {
namespace {

// Facility "log audit" (13), severity "notice" (5), as IHE's ATNA has it.
constexpr std::string_view priority = "<109>";
// RFC 5612 gives this enterprise number to whoever has none.
constexpr std::string_view structured_data_id = "wardend@32473";

// A field of the header: printable ASCII without spaces, of bounded length.
std::string field(std::string_view text, std::size_t longest) {
  std::string clean(text.substr(0, longest));
  std::erase_if(clean, [](unsigned char c) { return c < 33 || c > 126; });
  return clean.empty() ? "-" : clean;
}

// "at" comes first among an entry's members.
std::string_view time_of(std::string_view members) {
  constexpr std::string_view name = R"("at":")";
  const auto begin = members.find(name);
  if (begin == std::string_view::npos) return {};
  const std::string_view rest = members.substr(begin + name.size());
  return rest.substr(0, rest.find('"'));
}

}  // namespace

std::string framed(const Outgoing& entry, std::string_view host) {
  const auto read = trail::read_entry(entry.line);
  const trail::Link& link = entry.behind.link;
  std::string message(priority);
  message += "1 " + field(read ? time_of(read->members) : "", 32) + " " + field(host, 255) + " wardend - " +
             field(read ? read->kind : "", 32) + " [";
  message += std::string(structured_data_id) + " sequence=\"" + std::to_string(link.sequence) + "\" hash=\"" +
             link.hash + "\"] " + entry.line;
  return std::to_string(message.size()) + " " + message;
}

std::string for_local_socket(const Outgoing& entry) { return std::string(priority) + "wardend-audit: " + entry.line; }

}  // namespace wardend::forwarding
