#include "protocol/http/redirect.hpp"

#include "base/text.hpp"

namespace wardend::http {
namespace {

constexpr std::size_t longest_address = 200;  // bytes

// Without `user:password@` in front of the host. Spec: RFC 3986 §3.2.1
std::string without_user(std::string_view address) {
  const auto slashes = address.find("//");
  if (slashes == std::string_view::npos) return std::string(address);
  const auto host = slashes + 2;
  const auto at = address.substr(0, address.find('/', host)).rfind('@');
  if (at == std::string_view::npos || at < host) return std::string(address);
  return std::string(address.substr(0, host)).append(address.substr(at + 1));
}

}  // namespace

std::string redirect_text(int status, std::string_view location) {
  const std::string address =
      printable_ascii(without_user(location.substr(0, location.find_first_of("?#"))), longest_address);
  const std::string said = "HTTP " + std::to_string(status);
  if (address.empty()) return "answers " + said + ", and nothing else";
  return "redirects to " + address + ", which is not followed (" + said + ")";
}

}  // namespace wardend::http
