// A request in libcurl's words: all that does not depend on what comes back. Internal to this folder.
#pragma once

#include <memory>

#include "base/http_client.hpp"
#include "daemon/http/curl_client.hpp"

using CURL = void;  // as libcurl declares it
struct curl_slist;

namespace wardend::http {

struct SlistDeleter {
  void operator()(curl_slist* list) const;
};
using HeaderLines = std::unique_ptr<curl_slist, SlistDeleter>;

// whole: the body is kept until the end. streamed: it waits to be taken, and the server with it.
enum class Keeping { whole, streamed };

// Sets method, address, body, headers, time, route and TLS. `request` and what it returns must outlive the transfer.
[[nodiscard]] HeaderLines set_up(CURL* easy, const HttpRequest& request, const CurlOptions& options, Keeping keeping);

}  // namespace wardend::http
