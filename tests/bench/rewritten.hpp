// How long the gateway takes to turn the addresses of a reply.
#pragma once

namespace wardend::bench {

struct RewritingRate {
  double compact = 0;   // megabytes a second, of a Bundle without blanks
  double indented = 0;  // the same with two blanks a level
  double worldly = 0;   // the same as compact, with text beyond ASCII
};
// The quickest of five rounds each, over a searchset of about 4 MB.
[[nodiscard]] RewritingRate rate_of_rewriting();

}  // namespace wardend::bench
