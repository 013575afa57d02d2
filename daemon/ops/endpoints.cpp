#include "daemon/ops/endpoints.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <utility>

namespace wardend::ops {
namespace {

constexpr Duration text_life = 1s;

http::Reply plain(int status, const std::string& text) {
  return {.status = status, .content_type = "text/plain; charset=utf-8", .body = Secret(text + "\n")};
}

// Without the port, and without the brackets of an IPv6 address.
std::string_view name_in(std::string_view host) {
  if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
  return host.substr(0, host.find(':'));
}

std::string first_label(std::string_view name) {
  std::string label(name.substr(0, name.find('.')));
  for (char& letter : label)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return label;
}

}  // namespace

bool means_this_machine(std::string_view host, std::string_view machine) {
  const std::string_view name = name_in(host);
  if (name.empty()) return false;
  boost::system::error_code no_address;
  boost::asio::ip::make_address(name, no_address);
  if (!no_address) return true;
  const std::string label = first_label(name);
  return name == label ? label == "localhost" || label == first_label(machine) : label == first_label(machine);
}

Endpoints::Endpoints(Clock& clock, std::string machine, Sources sources)
    : clock_(clock), machine_(std::move(machine)), sources_(std::move(sources)) {}

const std::string& Endpoints::metrics() {
  const BootTime now = clock_.now();
  if (text_.empty() || now - made_at_ >= text_life) {
    text_ = sources_.metrics();
    made_at_ = now;
  }
  return text_;
}

asio::awaitable<http::Reply> Endpoints::answer(http::InboundRequest request) {
  if (request.method != "GET" && request.method != "HEAD") {
    http::Reply refused = plain(405, "GET only");
    refused.headers.emplace_back("Allow", "GET, HEAD");  // Spec: RFC 9110 §15.5.6
    co_return refused;
  }
  if (!means_this_machine(request.header("host"), machine_))
    co_return plain(421, "ask by the address or the name of this machine");  // Spec: RFC 9110 §15.5.20
  if (request.path == "/healthz") co_return plain(200, "ok");
  if (request.path == "/readyz") {
    const std::string reason = sources_.not_ready_reason();
    co_return reason.empty() ? plain(200, "ready") : plain(503, "not ready: " + reason);
  }
  if (request.path == "/metrics") {
    co_return http::Reply{.content_type = "text/plain; version=0.0.4; charset=utf-8", .body = Secret(metrics())};
  }
  co_return plain(404, "there is /metrics, /healthz and /readyz");
}

}  // namespace wardend::ops
