#include "daemon/refresh/failure_words.hpp"

#include <algorithm>
#include <array>

namespace wardend::refresh {
namespace {

constexpr std::string_view of_status = "http_";

struct Meaning {
  std::string_view word;
  std::string_view sentence;
};

constexpr std::array meanings = {
    Meaning{"unreachable", "the server cannot be reached: use the app's fallback, and try again later"},
    Meaning{"timeout", "the server does not answer in time: use the app's fallback, and try again later"},
    Meaning{"proxy",
            "the proxy lets nothing through to the server: have the proxy looked at, and `proxy` in the "
            "configuration"},
    Meaning{"tls", "the server's certificate is not trusted: have ca_file and the clocks looked at"},
    Meaning{"handshake", "no TLS connection to the server came about: it must offer TLS 1.2 or later"},
    Meaning{"changed", "the server's endpoints have changed: an operator must accept them (`wardctl status` says how)"},
    Meaning{"credential", "the app's credential cannot be read: see the journal"},
    Meaning{"invalid_client",
            "the server rejects the app's client: compare its registration, its credential and the clocks"},
    Meaning{"no_reply",
            "the server took the last request and gave no answer: use the app's fallback, and try again later"},
    Meaning{"asleep", "the machine was asleep: try again"},
    Meaning{"foreign_host",
            "the server's discovery document names an endpoint on another host: have allowed_token_hosts looked at"},
    Meaning{"redirect", "the server redirects its discovery document: have fhir_base_url corrected"},
    Meaning{"status", "the server does not give its discovery document: have fhir_base_url looked at"},
    Meaning{"no_token_endpoint",
            "the server's discovery document has no token_endpoint: have its administrators add it"},
    Meaning{"bad_endpoint",
            "the server's discovery document has an endpoint that is no address: have its administrators correct it"},
    Meaning{"no_s256", "the server's discovery document does not offer PKCE with S256: have its administrators add it"},
    Meaning{"no_capabilities",
            "the server's discovery document has no list of capabilities: have fhir_base_url checked"},
    Meaning{"too_large", "the server's discovery document is too large: have fhir_base_url looked at"},
    Meaning{"token_over",
            "the server gives tokens that are over when they arrive: have its administrators look at their life"},
    Meaning{"not_json",
            "the answer cannot be read: a proxy or the network's sign-in page may stand in between; if not, have the "
            "server's "
            "administrators look at it"},
};

// A status without an error of OAuth.
std::string why_status(std::string_view status) {
  const auto blank = status.find(' ');
  if (status.starts_with('3') && blank != std::string_view::npos)
    return "the token endpoint " + std::string(status.substr(blank + 1)) +
           ": ask IT to have the server's administrators correct token_endpoint in its discovery document, and use the "
           "app's fallback until then";
  if (status == "401" || status == "403")
    return "the token endpoint answers HTTP " + std::string(status) +
           " without an error of OAuth, as a proxy, a firewall or a gateway does: ask IT to see what stands between "
           "this "
           "workstation and the server, and use the app's fallback until then";
  return "the server answers HTTP " + std::string(status) + ": use the app's fallback, and try again later";
}

}  // namespace

std::string_view bare_word(std::string_view word) {
  return word.starts_with(of_status) ? word.substr(0, word.find(' ')) : word;
}

bool waits_for_people(std::string_view word) { return word == "tls" || word.starts_with("http_3"); }

std::string why_no_token(std::string_view word) {
  if (word.empty()) return "the server did not give a new token in time: try again, and use the app's fallback";
  constexpr std::string_view of_discovery = "discovery_";
  const std::string_view cause = word.starts_with(of_discovery) ? word.substr(of_discovery.size()) : word;
  const auto found = std::ranges::find(meanings, cause, &Meaning::word);
  if (found != meanings.end()) return std::string(found->sentence);
  if (cause.starts_with(of_status)) return why_status(cause.substr(of_status.size()));
  return "the server gives no new token (" + std::string(word) + "): use the app's fallback, and try again later";
}

}  // namespace wardend::refresh
