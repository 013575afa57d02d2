#include "daemon/forwarding/fhir_carrier.hpp"

#include <memory>
#include <utility>

#include "base/log.hpp"
#include "daemon/forwarding/credentials.hpp"

namespace wardend::forwarding {
namespace {

constexpr std::string_view scheme = "Bearer ";

Secret bearer(const Secret& token) {
  if (token.empty()) return {};
  return Secret::written(scheme.size() + token.size(), [&](char* to) {
    to = std::ranges::copy(scheme, to).out;
    std::ranges::copy(token.reveal(), to);
    return scheme.size() + token.size();
  });
}

}  // namespace

struct FhirCarrier::Prepared {
  std::string trouble = {};
  SentBatch batch = {};
  Secret body = {};
  Secret authorization = {};
  http::TlsIdentity identity = {};
};

FhirCarrier::Prepared FhirCarrier::prepare(const config::Audit& audit, const std::filesystem::path& folder,
                                           SentBatch batch) {
  auto token = read_token(audit, folder);
  if (!token) return {.trouble = token.error()};
  auto identity = read_identity(audit, folder);
  if (!identity) return {.trouble = identity.error()};
  FeedBundle bundle = bundle_of(batch.entries, batch.once, Most().bytes);
  batch.entries.resize(bundle.entries);
  return {.batch = std::move(batch),
          .body = Secret(bundle.text),
          .authorization = bearer(*token),
          .identity = std::move(*identity)};
}

asio::awaitable<Delivery> FhirCarrier::deliver(config::ConfigPtr config, Entries entries) {
  const config::Server* server = config->server(config->audit.forward_to);
  if (server == nullptr) co_return Delivery{.trouble = "forward_to names no server"};
  server_ = server->name;
  if (std::exchange(repository_, server->fhir_base_url.text()) != server->fhir_base_url.text()) {
    once_ = Once::by_id;
    entries_at_once_ = Most().entries;
  }
  Prepared prepared = co_await parts_.disk.run(
      [audit = config->audit, folder = parts_.credentials_folder,
       batch = SentBatch{std::move(entries), once_}]() mutable { return prepare(audit, folder, std::move(batch)); });
  if (!prepared.trouble.empty()) co_return Delivery{.trouble = std::move(prepared.trouble)};
  parts_.identity = std::move(prepared.identity);
  HttpRequest request{.method = HttpRequest::Method::post,
                      .url = repository_,
                      .headers = {{"Content-Type", "application/fhir+json"},
                                  {"Accept", "application/fhir+json"},
                                  {"Prefer", "return=minimal"}},
                      .authorization = std::move(prepared.authorization),
                      .body = std::move(prepared.body),
                      .max_response_bytes = most_feed_answer,
                      .timeout = patience,
                      .route = server->route};
  auto response = co_await parts_.http.send(std::move(request));
  if (!response) co_return taken(answer_of(response.error()));
  co_return taken(co_await parts_.http.read(
      std::move(*response),
      [batch = std::move(prepared.batch)](const HttpResponse& answer) { return answer_of(answer, batch); }));
}

// What the answer teaches for the next batch.
Delivery FhirCarrier::taken(FeedAnswer answer) {
  if (answer.smaller) {
    answer.delivery.at_once = entries_at_once_ > 1 && !answer.timed_out;
    entries_at_once_ = std::max<std::size_t>(entries_at_once_ / 2, 1);
  } else if (answer.delivery.trouble.empty()) {
    entries_at_once_ = std::min(entries_at_once_ * 2, Most().entries);
  }
  if (!answer.takes_ids && once_ == Once::by_id) {
    once_ = Once::by_tag;
    answer.delivery.at_once = true;
    log::warn("the audit repository takes no ids from a client: entries are sent by POST with ifNoneExist from now on",
              {{"server", server_}});
  }
  return std::move(answer.delivery);
}

}  // namespace wardend::forwarding
