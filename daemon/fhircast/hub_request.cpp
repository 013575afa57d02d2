#include "daemon/fhircast/hub_request.hpp"

#include <algorithm>
#include <utility>

#include "daemon/fhircast/patience.hpp"
#include "protocol/http/date.hpp"

namespace wardend::fhircast {
namespace {

constexpr std::size_t max_answer = 64UL * 1024;

Secret bearer_header(std::string_view token) {
  constexpr std::string_view scheme = "Bearer ";
  return Secret::written(scheme.size() + token.size(), [&](char* to) {
    to = std::copy(scheme.begin(), scheme.end(), to);
    std::copy(token.begin(), token.end(), to);
    return scheme.size() + token.size();
  });
}

}  // namespace

// Belongs to the request's coroutine, begun or not: the question is over when that goes.
class HubRequest::Asking {
 public:
  explicit Asking(HubRequest& of) : of_(&of), number_(++of.last_) { of.open_ = number_; }
  Asking(Asking&& other) noexcept : of_(std::exchange(other.of_, nullptr)), number_(other.number_) {}
  Asking& operator=(Asking&&) = delete;
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;
  ~Asking() {
    if (of_ == nullptr || !open()) return;
    of_->open_ = 0;
    of_->answered_.notify_all();
  }
  // No other question has been asked since.
  [[nodiscard]] bool open() const { return of_->open_ == number_; }

 private:
  HubRequest* of_;
  std::uint64_t number_;
};

SubscriptionForm HubRequest::form_of(const Topic& topic, const Bearer& bearer) const {
  return {.topic = topic.topic.reveal(),
          .events = events_to_ask(bearer.granted),
          .lease = lease_to_ask(bearer.token_left),
          .subscriber = parts_.subscriber};
}

bool HubRequest::subscribe(const Topic& topic, const Bearer& bearer) {
  return post(topic, bearer, subscribe_body(form_of(topic, bearer)));
}

bool HubRequest::renew(const Topic& topic, const Bearer& bearer, const Endpoint& endpoint) {
  return post(topic, bearer, renew_body(form_of(topic, bearer), endpoint.url));
}

bool HubRequest::post(const Topic& topic, const Bearer& bearer, Secret body) {
  const config::Server* server = parts_.config.get().server(topic.server);
  if (server == nullptr) return false;
  HttpRequest request{.method = HttpRequest::Method::post,
                      .url = topic.hub.text(),
                      .headers = {{"Accept", "application/json"}},
                      .authorization = bearer_header(bearer.token.reveal()),
                      .body = std::move(body),
                      .max_response_bytes = max_answer,
                      .timeout = request_patience,
                      .route = server->route};
  HubRules rules{.fhir_host = server->fhir_base_url.url().host(), .allowed_hosts = server->fhircast.allowed_hosts};
  tasks_.cancel();
  answer_.reset();
  bearer_ = bearer.session;
  tasks_.spawn("question to a hub", send(std::move(request), std::move(rules), Asking(*this)));
  return true;
}

asio::awaitable<void> HubRequest::send(HttpRequest request, HubRules rules, Asking asking) {
  const auto outcome = co_await parts_.http.send(std::move(request));
  if (!asking.open()) co_return;
  if (!outcome) {
    const bool tls =
        outcome.error().kind == HttpFailure::Kind::tls || outcome.error().kind == HttpFailure::Kind::handshake;
    answer_ = std::unexpected(End{.kind = Ending::transient, .code = tls ? "tls" : "unreachable"});
    co_return;
  }
  auto endpoint = read_subscribe_answer(outcome->status, outcome->body.reveal(), rules);
  if (endpoint)
    answer_ = std::move(*endpoint);
  else
    answer_ = std::unexpected(end_of(std::move(endpoint.error()),
                                     http::retry_after(outcome->header("retry-after"), outcome->header("date"))));
}

asio::awaitable<void> HubRequest::done(BootTime until) {
  while (open() && parts_.clock.now() < until) co_await parts_.clock.wait(answered_, until);
}

}  // namespace wardend::fhircast
