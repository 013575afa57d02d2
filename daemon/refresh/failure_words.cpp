#include "daemon/refresh/failure_words.hpp"

#include <algorithm>
#include <array>

namespace wardend::refresh {
namespace {

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
    Meaning{"token_over",
            "the server gives tokens that are over when they arrive: have its administrators look at their life"},
    Meaning{"not_json",
            "the answer cannot be read: a proxy or the network's sign-in page may stand in between; if not, have the "
            "server's "
            "administrators look at it"},
};

}  // namespace

std::string why_no_token(std::string_view word) {
  if (word.empty()) return "the server did not give a new token in time: try again, and use the app's fallback";
  constexpr std::string_view of_discovery = "discovery_";
  const std::string_view cause = word.starts_with(of_discovery) ? word.substr(of_discovery.size()) : word;
  const auto found = std::ranges::find(meanings, cause, &Meaning::word);
  if (found != meanings.end()) return std::string(found->sentence);
  if (cause.starts_with("http_"))
    return "the server answers HTTP " + std::string(cause.substr(5)) + ": use the app's fallback, and try again later";
  return "the server gives no new token (" + std::string(word) + "): use the app's fallback, and try again later";
}

}  // namespace wardend::refresh
