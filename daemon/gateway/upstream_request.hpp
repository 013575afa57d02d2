// A request as it goes to the FHIR server: what of the app's request goes on, and what wardend adds. No I/O.
#pragma once

#include <string>
#include <string_view>

#include "base/http_client.hpp"
#include "config/model.hpp"
#include "daemon/gateway/refusal.hpp"
#include "daemon/gateway/request_head.hpp"

namespace wardend::gateway {

// How long a server may say nothing before the app is told so.
inline constexpr std::chrono::seconds upstream_patience{30};

struct Outgoing {
  const RequestHead& head;
  std::string url;
  std::string_view if_match = {};  // the version that was judged; empty: none was
  std::string_view request_id;
  bool strict = false;      // a condition is carried out as it stands, or not at all
  bool reads_anew = false;  // whatever the app knows: the answer is judged before the app's conditions are
};

// Without its token, its body and whether it is wanted.
[[nodiscard]] HttpRequest upstream_request(const Outgoing& outgoing, const config::Server& server);

// The address of `head` at that server: base, path and query as they came.
[[nodiscard]] std::string upstream_url(const RequestHead& head, const config::Server& server);

// What an app is told of a request without an answer that can be read: 503, or 502 where something answered that stays
// so. A write may have been carried out all the same where it was sent.
inline constexpr std::string_view may_be_done =
    "the write may have been carried out all the same: look at the record before it is sent again";
[[nodiscard]] Refusal unanswered(const HttpFailure& failure, const std::string& server, bool is_write);

}  // namespace wardend::gateway
