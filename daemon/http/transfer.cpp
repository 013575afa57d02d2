#include "daemon/http/transfer.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <nlohmann/json.hpp>

namespace wardend::http {
namespace {

constexpr std::chrono::seconds names_are_remembered{60};  // by libcurl, left to itself
constexpr std::size_t max_header_bytes = 64UL * 1024;
constexpr std::size_t one_piece = 16UL * 1024;  // that libcurl hands over at a time
// Of a streamed body: what is on its way to the reader, and what libcurl has in hand, are as much again. What a reader
// makes of more in one turn of the loop, everybody else would wait for.
constexpr std::size_t waits_at = one_piece;
constexpr int too_large_since_8_6 = 100;  // CURLE_TOO_LARGE
constexpr std::size_t one_step = 256;     // of what is packed

std::string lower(std::string_view text) {
  std::string lowered(text);
  for (char& c : lowered)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lowered;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && std::strchr(" \t\r\n", text.back()) != nullptr) text.remove_suffix(1);
  return text;
}

// JSON that is there to its last brace needs no word of its length. A long text is not looked at here.
bool is_whole_object(std::string_view body) {
  return body.size() <= most_json_on_loop && trimmed(body).starts_with('{') && nlohmann::json::accept(body);
}

std::optional<WallTime> certificate_expiry(CURL* easy) {
  curl_certinfo* chain = nullptr;
  if (curl_easy_getinfo(easy, CURLINFO_CERTINFO, &chain) != CURLE_OK || chain == nullptr || chain->num_of_certs < 1)
    return {};
  for (const curl_slist* line = chain->certinfo[0]; line != nullptr; line = line->next) {
    const std::string_view text(line->data);
    if (!text.starts_with("Expire date:")) continue;
    const std::time_t time = curl_getdate(line->data + 12, nullptr);
    if (time >= 0) return std::chrono::system_clock::from_time_t(time);
  }
  return {};
}

}  // namespace

void Transfer::EasyDeleter::operator()(CURL* easy) const { curl_easy_cleanup(easy); }

Transfer::Transfer(HttpRequest request, const CurlOptions& options, Keeping keeping)
    : request_(std::move(request)), keeping_(keeping), easy_(curl_easy_init()), error_(CURL_ERROR_SIZE, '\0') {
  CURL* easy = easy_.get();
  headers_ = set_up(easy, request_, options, keeping_);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_.data());
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
}

Transfer::~Transfer() {
  wipe(body_);
  wipe(packed_);
}

void Transfer::finish(int code) {
  code_ = code;
  finished_.notify_all();
}

void Transfer::give_up() {
  given_up_ = true;
  finish(CURLE_ABORTED_BY_CALLBACK);
}

void Transfer::reuse_only_since(std::chrono::steady_clock::time_point since) {
  const auto age = std::chrono::floor<std::chrono::seconds>(std::chrono::steady_clock::now() - since);
  if (age < 1s)
    curl_easy_setopt(easy_.get(), CURLOPT_FRESH_CONNECT, 1L);  // no limit in seconds is that short
  else
    curl_easy_setopt(easy_.get(), CURLOPT_MAXLIFETIME_CONN, static_cast<long>(age.count()));
}

void Transfer::remember_names_since(std::chrono::steady_clock::time_point since) {
  const auto age = std::chrono::floor<std::chrono::seconds>(std::chrono::steady_clock::now() - since);
  if (age < names_are_remembered)
    curl_easy_setopt(easy_.get(), CURLOPT_DNS_CACHE_TIMEOUT, static_cast<long>(age.count()));
}

// A length that is wrong, or an end that is missing, takes nothing from a reply that is there. Of one that is too large
// `takes_part` takes one byte more than is allowed, so that its reader can tell.
bool Transfer::succeeded() const {
  if (given_up_) return false;
  if (too_large_) return request_.takes_part && !body_.empty();
  if (code_ == CURLE_OK) return true;
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status < 200 || body_.empty()) return false;
  return request_.takes_part || is_whole_object(body_);
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* of) {
  Transfer& transfer = *static_cast<Transfer*>(of);
  const bool streamed = transfer.keeping_ == Keeping::streamed;
  if (transfer.too_large_) return 0;
  if (streamed && transfer.body_.size() >= waits_at) {
    transfer.paused_ = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  if (!transfer.coding_) transfer.coding_.emplace(transfer.content_encoding());
  const std::string_view bytes(data, size * count);
  if (!streamed || transfer.coding_->left().empty()) {
    if (streamed) transfer.finished_.notify_all();
    return transfer.unpack(bytes) ? bytes.size() : 0;
  }
  transfer.packed_ = bytes;
  transfer.unpack_what_waits();
  transfer.finished_.notify_all();
  return transfer.too_large_ ? 0 : bytes.size();
}

bool Transfer::unpack(std::string_view bytes) {
  return coding_->undo(bytes, [this](std::string_view plain) { return add(plain); });
}

// A few bytes can become a thousand times as many: what has no room yet stays packed.
void Transfer::unpack_what_waits() {
  std::string_view left = packed_;
  while (!left.empty() && body_.size() < waits_at && unpack(left.substr(0, one_step)))
    left.remove_prefix(std::min(left.size(), one_step));
  std::string rest(too_large_ ? std::string_view() : left);
  wipe(packed_);
  packed_ = std::move(rest);
}

bool Transfer::add(std::string_view bytes) {
  const std::size_t room = request_.max_response_bytes + 1 - body_.size();
  bytes = bytes.substr(0, room);
  too_large_ = bytes.size() == room;
  if (body_.capacity() < body_.size() + bytes.size()) {
    // Grown by hand: the old bytes are wiped, not left to the allocator alone.
    std::string grown;
    const std::size_t wanted = body_.capacity() * 2;
    const std::size_t most = keeping_ == Keeping::streamed ? waits_at + one_piece : wanted;
    grown.reserve(std::max(body_.size() + bytes.size(), std::min(wanted, most)));
    grown = body_;
    wipe(body_);
    body_ = std::move(grown);
  }
  body_.append(bytes);
  return !too_large_;
}

std::string Transfer::content_encoding() const {
  const auto found =
      std::ranges::find(response_headers_, "content-encoding", &std::pair<std::string, std::string>::first);
  return found == response_headers_.end() ? std::string() : found->second;
}

std::size_t Transfer::on_header(char* data, std::size_t size, std::size_t count, void* of) {
  Transfer& transfer = *static_cast<Transfer*>(of);
  const std::size_t bytes = size * count;
  transfer.header_bytes_ += bytes;
  if (transfer.header_bytes_ > max_header_bytes) {
    transfer.too_large_ = true;
    return 0;
  }
  const std::string_view line(data, bytes);
  if (transfer.has_head_) return bytes;  // a trailer
  if (line.starts_with("HTTP/")) transfer.response_headers_.clear();
  const auto colon = line.find(':');
  if (colon != std::string_view::npos)
    transfer.response_headers_.emplace_back(lower(trimmed(line.substr(0, colon))),
                                            std::string(trimmed(line.substr(colon + 1))));
  if (transfer.keeping_ == Keeping::streamed && trimmed(line).empty()) transfer.head_ended();
  return bytes;
}

// An interim answer (1xx) is none.
void Transfer::head_ended() {
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status < 200) return;
  has_head_ = true;
  coding_.emplace(request_.keeps_coding ? std::string() : content_encoding());
  finished_.notify_all();
}

Secret Transfer::take() {
  Secret taken(body_);
  wipe(body_);
  body_.clear();
  if (!packed_.empty()) unpack_what_waits();
  if (std::exchange(paused_, false)) curl_easy_pause(easy_.get(), CURLPAUSE_CONT);
  return taken;
}

Duration Transfer::server_took() const {
  curl_off_t sent = 0, answered = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_PRETRANSFER_TIME_T, &sent);
  curl_easy_getinfo(easy_.get(), CURLINFO_STARTTRANSFER_TIME_T, &answered);
  return std::chrono::microseconds(std::max<curl_off_t>(answered - sent, 0));
}

bool Transfer::ended_well() const {
  const bool whole = !coding_ || !coding_->unfinished();
  return code_ == CURLE_OK && !given_up_ && !too_large_ && whole;
}

// An https request leaves when the TLS handshake with the server has ended. What a proxy was asked before does not
// count.
bool Transfer::request_left() const {
  curl_off_t ready = 0;
  const bool secure = lower(request_.url).starts_with("https:");
  curl_easy_getinfo(easy_.get(), secure ? CURLINFO_APPCONNECT_TIME_T : CURLINFO_PRETRANSFER_TIME_T, &ready);
  return ready > 0;
}

// What a proxy did that let nothing through; empty: there is none, or it did.
std::string Transfer::proxy_fault() const {
  long answered = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_HTTP_CONNECTCODE, &answered);
  if (request_.route.proxy.empty() || request_left()) return {};
  if (answered != 0) return answered / 100 == 2 ? std::string() : fmt::format("the proxy answered {}", answered);
  const bool reached = *code_ != CURLE_COULDNT_CONNECT && *code_ != CURLE_COULDNT_RESOLVE_PROXY;
  return reached ? "the proxy gave no answer" : "the proxy cannot be reached";
}

HttpFailure Transfer::failure() const {
  const auto code = static_cast<CURLcode>(*code_);
  HttpFailure failure{.kind = HttpFailure::Kind::network, .request_sent = true, .detail = error_.c_str()};
  if (failure.detail.empty()) failure.detail = curl_easy_strerror(code);
  failure.request_sent = request_left();
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      failure.kind = HttpFailure::Kind::timeout;
      break;
    case CURLE_SSL_CONNECT_ERROR:
      failure.kind = HttpFailure::Kind::handshake;
      break;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_ISSUER_ERROR:
      failure.kind = HttpFailure::Kind::tls;
      break;
    default:
      break;
  }
  if (const std::string at_proxy = proxy_fault(); !at_proxy.empty() && failure.kind != HttpFailure::Kind::tls) {
    failure.by_proxy = true;
    failure.detail = at_proxy + " (" + failure.detail + ")";
  }
  // A header that libcurl itself does not take, after the request has gone.
  const bool head_too_large = code == CURLE_OUT_OF_MEMORY || *code_ == too_large_since_8_6;
  if (too_large_ || (head_too_large && !has_head_)) failure.kind = HttpFailure::Kind::too_large;
  if (given_up_) {
    failure.kind = HttpFailure::Kind::abandoned;
    failure.detail = "given up, as the machine was asleep meanwhile";
  }
  return failure;
}

HttpResponse Transfer::head() {
  HttpResponse head{.headers = std::move(response_headers_)};
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  head.status = static_cast<int>(status);
  head.certificate_expires_at = certificate_expiry(easy_.get());
  return head;
}

HttpResponse Transfer::response() {
  HttpResponse response = head();
  response.body = Secret(body_);
  response.broke_off = code_ != CURLE_OK && !too_large_;
  if (coding_) response.still_coded = coding_->left();
  return response;
}

}  // namespace wardend::http
