// Input: what an app sends to the gateway's socket: the head of a request.
#include <algorithm>
#include <array>
#include <set>

#include "base/encoding.hpp"
#include "daemon/gateway/asked_request.hpp"
#include "daemon/gateway/outcome.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/unit/gateway/parsed_head.hpp"

namespace wardend::fuzz {
namespace {

constexpr std::array<std::string_view, 9> may_go_on = {"Accept",        "Accept-Language", "Cache-Control",
                                                       "Content-Type",  "If-Match",        "If-Modified-Since",
                                                       "If-None-Exist", "If-None-Match",   "Prefer"};

bool is_graphic(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

// Whether no server could read another path than this one, decoded once or twice.
bool stays_in_place(std::string_view path) {
  while (!path.empty()) {
    path.remove_prefix(1);
    const auto segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    const auto plain = form_decode(segment);
    if (!plain || plain->empty() || *plain == "." || *plain == "..") return false;
    if (plain->find_first_of("/\\;%#?") != std::string::npos || has_control(*plain)) return false;
  }
  return true;
}

void check_forwarded(const gateway::RequestHead& head) {
  std::set<std::string> seen;
  for (const auto& [name, value] : head.forwarded) {
    require(std::ranges::find(may_go_on, name) != may_go_on.end(), "only what is on the list goes on");
    require(seen.insert(name).second, "each header goes on once");
    require(!value.contains('\r') && !value.contains('\n') && !value.contains('\0'), "a value is one line");
  }
}

void check(const gateway::RequestHead& head) {
  require(!head.session.empty() && is_graphic(head.session) && !head.session.contains('/'), "there is a session");
  require(is_graphic(head.path) && is_graphic(head.query) && is_graphic(head.page), "an address is visible ASCII");
  require(head.path.empty() || head.path.starts_with('/'), "a path begins with a slash");
  require(stays_in_place(head.path), "a path does not walk");
  require(head.page.empty() || (head.path.empty() && head.query.empty()), "a page is nothing else");
  const bool brings = head.framing.kind != gateway::Framing::Kind::none;
  require(!brings || (head.method != "GET" && head.method != "HEAD" && head.method != "DELETE"), "a read has no body");
  require(!has_control(head.request_id) && !has_control(head.override_reason), "a log can have the app's words");
  require(head.request_id.size() <= 64 && head.override_reason.size() <= 500, "the app's words are bounded");
  check_forwarded(head);
  if (!head.page.empty()) return;
  const auto request = gateway::read_request(head);
  if (!request) require(!gateway::outcome_of(request.error()).body.empty(), "a refusal can be told");
}

}  // namespace

void fuzz_gateway_head(Bytes input) {
  const auto judged = test::judged_head(text_of(input));
  if (!judged.head) {
    require(judged.status >= 400 && judged.status < 600 && !judged.why.empty(), "a refusal has a status and a reason");
    return;
  }
  require(judged.head->framing == judged.parsed, "the parser bounds the body in the same one way");
  check(*judged.head);
}

}  // namespace wardend::fuzz
