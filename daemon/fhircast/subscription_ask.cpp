// What is posted to the hub. A request carries somebody's access token: when that session goes, so does the request.
#include <algorithm>
#include <utility>

#include "daemon/fhircast/subscription.hpp"
#include "protocol/smart/token.hpp"

namespace wardend::fhircast {
namespace {

constexpr std::chrono::milliseconds request_timeout{8000};
constexpr std::chrono::milliseconds unsubscribe_timeout{3000};
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
class Subscription::Asking {
 public:
  explicit Asking(Subscription& of) : of_(&of) {}
  Asking(Asking&& other) noexcept : of_(std::exchange(other.of_, nullptr)) {}
  Asking& operator=(Asking&&) = delete;
  Asking(const Asking&) = delete;
  Asking& operator=(const Asking&) = delete;
  ~Asking() {
    if (of_ == nullptr) return;
    of_->asking_.reset();
    of_->changed_.notify_all();
  }

 private:
  Subscription* of_;
};

HubRules Subscription::rules_of(const config::Server& server) {
  return {.fhir_host = server.fhir_base_url.url().host(), .allowed_hosts = server.fhircast.allowed_hosts};
}

// False: nobody has a token to ask with.
bool Subscription::ask(Purpose purpose) {
  const config::Server* server = parts_.config.get().server(topic_.server);
  if (server == nullptr) return false;
  SubscriptionForm form{.topic = topic_.topic.reveal(), .events = {}, .subscriber = parts_.subscriber};
  HttpRequest request{.method = HttpRequest::Method::post,
                      .url = topic_.hub.text(),
                      .headers = {{"Accept", "application/json"}},
                      .max_response_bytes = max_answer,
                      .timeout = request_timeout,
                      .route = server->route};
  if (purpose == Purpose::unsubscribe) {
    request.authorization = bearer_header(farewell_.reveal());
    request.timeout = unsubscribe_timeout;
    form.events = events_to_ask({});
    request.body = unsubscribe_body(form, endpoint_.url);
  } else {
    const session::Session* session = holders_.bearer();
    if (session == nullptr) return false;
    token_of_ = session->id;
    request.authorization = bearer_header(session->tokens()->access.reveal());
    form.events = events_to_ask(session->granted);
    form.lease = lease_to_ask(std::chrono::floor<std::chrono::seconds>(session->remaining(parts_.clock.now())));
    request.body = purpose == Purpose::renew ? renew_body(form, endpoint_.url) : subscribe_body(form);
  }
  answer_.reset();
  asking_ = purpose;
  asks_.spawn("question to a hub", send(std::move(request), rules_of(*server), Asking(*this)));
  return true;
}

asio::awaitable<void> Subscription::send(HttpRequest request, HubRules rules, Asking asking) {
  const auto outcome = co_await parts_.http.send(std::move(request));
  static_cast<void>(asking);
  if (!outcome) {
    const bool tls = outcome.error().kind == HttpFailure::Kind::tls;
    answer_ = std::unexpected(End{.kind = Ending::transient, .code = tls ? "tls" : "unreachable"});
    co_return;
  }
  auto endpoint = read_subscribe_answer(outcome->status, outcome->body.reveal(), rules);
  if (endpoint)
    answer_ = std::move(*endpoint);
  else
    answer_ = std::unexpected(
        End{.kind = ending_of(endpoint.error().kind),
            .code = std::move(endpoint.error().code),
            .retry_after = smart::retry_after(outcome->header("retry-after"), outcome->header("date"))});
}

asio::awaitable<void> Subscription::answered(BootTime until) {
  while (asking_ && parts_.clock.now() < until) co_await parts_.clock.wait(changed_, until);
}

}  // namespace wardend::fhircast
