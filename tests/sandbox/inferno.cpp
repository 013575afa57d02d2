#include "tests/sandbox/inferno.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json.hpp"

namespace wardend::sandbox {
namespace {

bool is_kind(ClientAuth auth, InfernoClient kind) {
  switch (kind) {
    case InfernoClient::none:
      return true;
    case InfernoClient::open:
      return auth == ClientAuth::none;
    case InfernoClient::symmetric:
      return auth == ClientAuth::client_secret_basic;
    case InfernoClient::asymmetric:
      return auth == ClientAuth::private_key_jwt;
  }
  return false;
}

}  // namespace

void InfernoChecks::client(const std::string& at, const std::string& client_id) {
  const Client* const known = clients_.find(client_id);
  if (known == nullptr)
    violate(at, "client_id is not registered");
  else if (!is_kind(known->auth, settings_.inferno_client))
    violate(at, "the client is not of the kind that is tested");
}

void InfernoChecks::authorize(const Form& form, const Outcome& outcome) {
  ++authorizations_;
  client("authorize", form.get("client_id"));
  const Client* const known = clients_.find(form.get("client_id"));
  const std::string& redirect_uri = form.get("redirect_uri");
  const bool registered =
      known != nullptr && std::ranges::find(known->redirect_uris, redirect_uri) != known->redirect_uris.end();
  const std::pair<bool, const char*> checks[] = {
      {form.get("response_type") == "code", "response_type is not code"},
      {registered, "redirect_uri is not registered"},
      {redirect_uri.starts_with("https://"), "redirect_uri is not https"},
      {!form.get("state").empty(), "state is blank"},
      {form.get("scope").find_first_not_of(' ') != std::string::npos, "scope is blank"},
      {!form.get("code_challenge").empty(), "code_challenge is blank"},
      {form.get("code_challenge_method") == "S256", "code_challenge_method is not S256"},
      {form.get("aud") == settings_.fhir_base(), "aud is not the FHIR base"}};
  bool explained = false;
  for (const auto& [passed, check] : checks) {
    if (!passed) violate("authorize", check);
    explained = explained || !passed;
  }
  if (!outcome.error.empty() && !explained) violate("authorize", outcome.description);
}

void InfernoChecks::token(const Form& form, const Shown& shown, const Outcome& outcome) {
  const bool refresh = form.get("grant_type") == "refresh_token";
  const std::string at = refresh ? "refresh" : "token";
  ++(refresh ? refreshes_ : exchanges_);
  client(at, shown.client_id);
  const bool other = !refresh && form.get("grant_type") != "authorization_code";
  if (other) violate(at, "grant_type is neither authorization_code nor refresh_token");
  if (!refresh && !other) {
    if (form.get("code_verifier").empty()) violate(at, "code_verifier is blank");
    if (form.get("redirect_uri").empty()) violate(at, "redirect_uri is blank");
  }
  if (settings_.inferno_client == InfernoClient::open && !shown.in_body) violate(at, "client_id is missing");
  if (!outcome.error.empty()) violate(at, outcome.description);
}

void InfernoChecks::fhir(int status) {
  if (status != 401) ++reads_;
}

void InfernoChecks::clear() {
  violations_.clear();
  authorizations_ = exchanges_ = refreshes_ = reads_ = 0;
}

std::string InfernoChecks::report() const {
  nlohmann::json list = nlohmann::json::array();
  for (const auto& [what, count] : violations_)
    list.push_back({{"at", what.first}, {"check", what.second}, {"count", count}});
  return dump_json(
      {{"violations", list},
       {"seen", {{"authorize", authorizations_}, {"token", exchanges_}, {"refresh", refreshes_}, {"fhir", reads_}}}});
}

}  // namespace wardend::sandbox
