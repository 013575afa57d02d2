#include "wardctl/rehearsal/browser.hpp"

#include <curl/curl.h>

#include <stdexcept>

#include "wardctl/rehearsal/page_text.hpp"

namespace wardend::wardctl {
namespace {

constexpr long patience_ms = 15'000;
constexpr int most_redirects = 12;
constexpr std::size_t most_bytes = 1024UL * 1024;

bool is_here(const std::string& address) { return address.starts_with("http://127.0.0.1:"); }

std::size_t collect(const char* data, std::size_t size, std::size_t count, void* into) {
  auto& body = *static_cast<std::string*>(into);
  if (body.size() + size * count > most_bytes) return 0;
  body.append(data, size * count);
  return size * count;
}

}  // namespace

struct HeadlessBrowser::Handle {
  Handle() : easy(::curl_easy_init()) {
    if (easy == nullptr) throw std::runtime_error("libcurl cannot be used");
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    ::curl_slist_free_all(headers);
    ::curl_easy_cleanup(easy);
  }
  void header(const char* text) { headers = ::curl_slist_append(headers, text); }

  // What every request has; cookies and connections stay.
  void begin(const std::string& address) {
    ::curl_easy_reset(easy);
    ::curl_slist_free_all(headers);
    headers = nullptr;
    ::curl_easy_setopt(easy, CURLOPT_URL, address.c_str());
    ::curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    ::curl_easy_setopt(easy, CURLOPT_PROXY, "");
    ::curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, patience_ms);
    ::curl_easy_setopt(easy, CURLOPT_COOKIEFILE, "");
    ::curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, collect);
  }
  // Performs what was set up; `next` is where a redirect leads, or empty.
  Reply perform(std::string& next) {
    Reply reply;
    next.clear();
    ::curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    ::curl_easy_setopt(easy, CURLOPT_WRITEDATA, &reply.body);
    const CURLcode code = ::curl_easy_perform(easy);
    if (code != CURLE_OK) {
      reply.trouble = ::curl_easy_strerror(code);
      return reply;
    }
    long status = 0;
    const char* redirect = nullptr;
    ::curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    ::curl_easy_getinfo(easy, CURLINFO_REDIRECT_URL, &redirect);
    reply.status = static_cast<int>(status);
    next = redirect == nullptr ? "" : redirect;
    return reply;
  }

  CURL* easy;
  curl_slist* headers = nullptr;
};

HeadlessBrowser::HeadlessBrowser() : handle_(std::make_unique<Handle>()) {}
HeadlessBrowser::~HeadlessBrowser() = default;
void HeadlessBrowser::forget() { handle_ = std::make_unique<Handle>(); }

HeadlessBrowser::Reply HeadlessBrowser::open(const std::string& address) {
  std::string next = address;
  std::string form;
  for (int hops = 0; hops < most_redirects; ++hops) {
    if (!is_here(next)) return {.trouble = "the way led off this machine, and was not followed"};
    const std::string here = next;
    handle_->begin(here);
    handle_->header("Sec-Fetch-Mode: navigate");
    handle_->header("Sec-Fetch-User: ?1");
    if (!form.empty()) ::curl_easy_setopt(handle_->easy, CURLOPT_COPYPOSTFIELDS, form.c_str());
    form.clear();
    Reply reply = handle_->perform(next);
    if (!next.empty()) continue;
    const auto page_form = reply.status == 200 ? form_on(reply.body) : std::nullopt;
    if (!page_form) return reply;
    next = page_form->action;
    form = page_form->body;
  }
  return {.trouble = "the way led in a circle"};
}

HeadlessBrowser::Reply HeadlessBrowser::send(const std::string& method, const std::string& address,
                                             const std::string& json) {
  std::string next;
  if (!is_here(address)) return {.trouble = "that address is not on this machine"};
  handle_->begin(address);
  ::curl_easy_setopt(handle_->easy, CURLOPT_CUSTOMREQUEST, method.c_str());
  if (!json.empty()) {
    handle_->header("Content-Type: application/json");
    ::curl_easy_setopt(handle_->easy, CURLOPT_COPYPOSTFIELDS, json.c_str());
  }
  return handle_->perform(next);
}

}  // namespace wardend::wardctl
