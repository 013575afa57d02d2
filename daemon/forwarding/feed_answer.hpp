// What a repository's answer to a batch means for its entries. Pure.
#pragma once

#include <expected>
#include <string>

#include "base/http_client.hpp"
#include "daemon/forwarding/delivery.hpp"
#include "daemon/forwarding/feed_bundle.hpp"

namespace wardend::forwarding {

// A batch that was sent: its entries, the oldest first, as many as its bundle had.
struct SentBatch {
  Entries entries = {};
  Once once = Once::by_id;
};

struct FeedAnswer {
  Delivery delivery = {};
  bool smaller = false;    // fewer entries at once may do: the batch was refused as a whole, or took too long
  bool timed_out = false;  // it took too long
  bool takes_ids = true;   // false: it takes no id from a client
};

// The body of the answer may have so many bytes.
inline constexpr std::size_t most_feed_answer = 4UL * 1024 * 1024;

// An entry counts as taken when its own answer says so. One that is refused for good (4xx) is passed over only beside
// one that was taken: a repository that refuses all of them is wrong, not its entries.
[[nodiscard]] FeedAnswer answer_of(const HttpResponse& response, const SentBatch& sent);
// There is no answer.
[[nodiscard]] FeedAnswer answer_of(const HttpFailure& failure);

}  // namespace wardend::forwarding
