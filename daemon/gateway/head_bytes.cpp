#include "daemon/gateway/head_bytes.hpp"

#include <string>

namespace wardend::gateway {
namespace {

Refusal refused(std::string reason) {
  return {.status = 400, .error = errors::InvalidRequest{.field = "head", .reason = std::move(reason)}};
}

}  // namespace

std::optional<Refusal> judge_bytes(std::string_view head) {
  if (head.size() > longest_head)
    return Refusal{
        .status = 431,
        .error = errors::TooLarge{.limit = longest_head,
                                  .reason = "a request's head may have 60 KiB: send fewer or shorter headers"}};
  char before = '\0';
  bool line_begins = false;
  for (std::size_t i = 0; i < head.size(); ++i) {
    const char c = head[i];
    if (c == '\0') return refused("a NUL in the head");
    if (c == '\n' && before != '\r') return refused("a line that ends with LF alone: end it with CR LF");
    if (before == '\r' && c != '\n') return refused("a CR that ends no line: take it out");
    if (line_begins && (c == ' ' || c == '\t'))
      return refused("a header that goes on in the next line: write it in one line");
    line_begins = c == '\n';
    before = c;
  }
  if (before == '\r') return refused("a CR that ends no line: take it out");
  return std::nullopt;
}

}  // namespace wardend::gateway
