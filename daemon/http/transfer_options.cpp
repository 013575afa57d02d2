#include "daemon/http/transfer_options.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace wardend::http {
namespace {

constexpr long connect_timeout_ms = 5000;

void show(CURL* easy, const TlsIdentity* identity) {
  if (identity == nullptr || identity->certificate.empty()) return;
  const auto give = [&](CURLoption option, const Secret& pem) {
    std::string copy(pem.reveal());
    const curl_blob blob{.data = copy.data(), .len = copy.size(), .flags = CURL_BLOB_COPY};
    curl_easy_setopt(easy, option, &blob);
    wipe(copy);
  };
  give(CURLOPT_SSLCERT_BLOB, identity->certificate);
  give(CURLOPT_SSLKEY_BLOB, identity->key);
}

void set_route(CURL* easy, const HttpRoute& route) {
  curl_easy_setopt(easy, CURLOPT_PROXY, route.proxy.c_str());
  curl_easy_setopt(easy, CURLOPT_NOPROXY, "");  // the configuration decides, not the environment
  if (route.ca_file.empty()) return;
  curl_easy_setopt(easy, CURLOPT_CAINFO, route.ca_file.c_str());
  curl_easy_setopt(easy, CURLOPT_CAPATH, nullptr);
}

// What holds for every request.
void set_rules(CURL* easy) {
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(easy, CURLOPT_CERTINFO, 1L);
  // Some servers code the body all the same. ContentCoding undoes that: curl drops a body whose coding it does not
  // know.
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "identity");
  curl_easy_setopt(easy, CURLOPT_HTTP_CONTENT_DECODING, 0L);
  curl_easy_setopt(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
}

void set_time(CURL* easy, const HttpRequest& request, Keeping keeping) {
  const long timeout = static_cast<long>(request.timeout.count());
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, std::min(connect_timeout_ms, timeout));
  if (keeping == Keeping::whole) {
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, timeout);
    return;
  }
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);  // a second
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, std::max(1L, timeout / 1000));
}

void set_method(CURL* easy, const HttpRequest& request) {
  using Method = HttpRequest::Method;
  const std::string_view body = request.body.reveal();
  if (request.method == Method::get) return;
  if (request.method == Method::head) {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    return;
  }
  if (request.method != Method::delete_ || !body.empty()) {
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.data());  // NOLINT(bugprone-suspicious-stringview-data-usage)
  }
  if (request.method == Method::put) curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "PUT");
  if (request.method == Method::patch) curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "PATCH");
  if (request.method == Method::delete_) curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "DELETE");
  // On a kept-alive connection that died curl would send the request again by itself: a refresh, or a write, must never
  // be.
  curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
}

HeaderLines header_lines(const HttpRequest& request) {
  HeaderLines lines;
  const auto append = [&](const std::string& line) { lines.reset(curl_slist_append(lines.release(), line.c_str())); };
  for (const auto& [name, value] : request.headers) append(fmt::format("{}: {}", name, value));
  if (!request.body.empty()) append("Expect:");
  if (!request.authorization.empty()) {
    std::string line = "Authorization: " + std::string(request.authorization.reveal());
    append(line);
    wipe(line);
  }
  return lines;
}

}  // namespace

void SlistDeleter::operator()(curl_slist* list) const { curl_slist_free_all(list); }

HeaderLines set_up(CURL* easy, const HttpRequest& request, const CurlOptions& options, Keeping keeping) {
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_USERAGENT, options.user_agent.c_str());
  set_rules(easy);
  set_route(easy, request.route);
  set_time(easy, request, keeping);
  set_method(easy, request);
  show(easy, options.identity);
  HeaderLines lines = header_lines(request);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, lines.get());
  return lines;
}

}  // namespace wardend::http
