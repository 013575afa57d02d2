// How the client proves itself, who signs in, and whether sessions outlast their first token.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "daemon/verify/question.hpp"

namespace wardend::verify {
namespace {

using config::ClientAuth;

struct ClientWords {
  std::string_view method;  // of token_endpoint_auth_methods_supported
  std::string_view capability;
};
ClientWords words_of(ClientAuth auth) {
  switch (auth) {
    case ClientAuth::none:
      return {"none", "client-public"};
    case ClientAuth::client_secret_basic:
      return {"client_secret_basic", "client-confidential-symmetric"};
    case ClientAuth::client_secret_post:
      return {"client_secret_post", "client-confidential-symmetric"};
    case ClientAuth::private_key_jwt:
      return {"private_key_jwt", "client-confidential-asymmetric"};
  }
  return {};
}

bool takes_keys_alone(const std::vector<std::string>& methods) {
  return !methods.empty() &&
         std::ranges::all_of(methods, [](const std::string& method) { return method == "private_key_jwt"; });
}

// The list of methods decides where there is one; a public client need not stand in it. Where the capabilities say
// something else than the list, what counts is what was agreed when the client was registered.
Finding client_finding(const Question& question, const smart::DiscoverySurvey& smart, ClientAuth auth) {
  const auto [method, capability] = words_of(auth);
  const auto& methods = smart.token_endpoint_auth_methods;
  const auto listed = methods ? place_in("token_endpoint_auth_methods_supported", *methods, method) : std::nullopt;
  const auto declared = place_in("capabilities", smart.discovery.capabilities, capability);
  const bool decides = methods && auth != ClientAuth::none;
  Finding finding{.verdict = Verdict::met, .subject = "client authentication " + std::string(method)};
  const auto place = [&](const std::string& path) { finding.read = Element{question.smart_source(), path}; };
  if (listed || (declared && !decides)) {
    const bool names_none = listed && auth == ClientAuth::none;
    finding.detail = names_none ? "the server takes public clients: its list of methods has \"none\""
                                : "the server declares " + std::string(listed ? method : capability);
    if (methods && !methods->empty() && !listed)
      finding.detail += "; its list of methods has no \"none\", as public clients need not stand there";
    if (methods && !listed && takes_keys_alone(*methods)) {
      finding.severity = Severity::note;
      finding.advice = "the list has methods with a key alone: make sure that the client is registered as a public one";
    }
    place(question.evidence.smart1 ? "" : listed ? *listed : *declared);
  } else if (decides) {
    finding.severity = declared ? Severity::warning : Severity::blocking;
    finding.verdict = Verdict::contradicted;
    finding.detail = declared ? "the server declares " + std::string(capability) + ", but does not list this method"
                              : "the server lists its methods, and this one is not among them";
    finding.advice = "ask with which method the client is registered, and set client_auth to it";
    place("token_endpoint_auth_methods_supported");
  } else {
    finding.severity = question.evidence.smart1 ? Severity::note : Severity::warning;
    finding.verdict = question.evidence.smart1 ? Verdict::unknown : Verdict::not_declared;
    finding.detail = "the server does not declare " + std::string(capability);
    finding.advice = "ask the server's administrators how the client is registered";
    place(question.evidence.smart1 ? "" : "capabilities");
  }
  return finding;
}

void judge_algorithms(const Question& question, const smart::DiscoverySurvey& smart) {
  constexpr std::string_view element = "token_endpoint_auth_signing_alg_values_supported";
  const auto& algorithms = smart.token_endpoint_auth_algorithms;
  if (!algorithms) return;
  const std::string subject = "algorithm of the client's key";
  std::string known;
  for (const char* name : {"ES384", "RS384"})
    if (const auto place = place_in(element, *algorithms, name))
      known += (known.empty() ? "" : " and ") + std::string(name);
  if (known.empty())
    return question.findings.add({.severity = Severity::blocking,
                                  .verdict = Verdict::contradicted,
                                  .subject = subject,
                                  .detail = "the server lists neither ES384 nor RS384",
                                  .read = Element{Source::smart_configuration, std::string(element)},
                                  .advice = "have the server's administrators allow one of them, as SMART asks"});
  question.findings.add({.verdict = Verdict::met,
                         .subject = subject,
                         .detail = "the server takes " + known,
                         .read = Element{Source::smart_configuration, std::string(element)},
                         .advice = known.size() > 5 ? "" : "use a key for " + known});
}

// Whether the app asks for that scope.
bool asks_for(const Question& question, std::string_view scope) { return question.app.wanted_scopes().contains(scope); }

void judge_own_scopes(const Question& question) {
  const auto lacks = [&](Severity severity, const char* scope) {
    question.findings.add(
        {.severity = severity,
         .verdict = Verdict::contradicted,
         .subject = "who signs in",
         .detail = "identity is required, and the app does not ask for the scope " + std::string(scope),
         .read = Element{Source::configuration, "app.scope"},
         .advice = "add that scope with its approval, or set identity = \"none\""});
  };
  if (!asks_for(question, "openid")) lacks(Severity::blocking, "openid");
  // SMART 1.0 calls it profile.
  if (!asks_for(question, "fhirUser") && !asks_for(question, "profile")) lacks(Severity::warning, "fhirUser");
}

void judge_issuer(const Question& question, const std::string& issuer) {
  const auto address = http::Url::parse(issuer);
  if (address && address->is_at(question.server.fhir_base_url.url().host())) return;
  question.findings.add(
      {.severity = Severity::note,
       .subject = "issuer",
       .detail = (address ? "the issuer is not on the FHIR server's host: " : "the issuer is no https address: ") +
                 printable(issuer, 200),
       .read = Element{question.smart_source(), "issuer"},
       .advice = address ? "nothing, if the vendor signs people in there; id_tokens must name it letter for letter"
                         : "have the server's administrators publish it as id_tokens name it, with https"});
}

void judge_sign_in(const Question& question, const smart::DiscoverySurvey& smart) {
  const bool declared = smart.discovery.has("sso-openid-connect");
  const auto& issuer = smart.discovery.issuer;
  Finding finding{.verdict = Verdict::met, .subject = "who signs in"};
  if (declared && issuer) {
    finding.detail = "the server declares sso-openid-connect, with the issuer " + printable(issuer->value, 200);
    finding.read = Element{question.smart_source(), "issuer"};
  } else if (declared) {
    finding.severity = Severity::warning;
    finding.verdict = Verdict::contradicted;
    finding.detail = "the server declares sso-openid-connect, and names no issuer";
    finding.read = Element{Source::smart_configuration, "capabilities"};
    finding.advice =
        "have the server's administrators publish the issuer: until then only one on the server's own hosts "
        "is believed";
  } else {
    finding.severity = question.evidence.smart1 ? Severity::note : Severity::warning;
    finding.verdict = question.evidence.smart1 ? Verdict::unknown : Verdict::not_declared;
    finding.detail = "the server does not declare sso-openid-connect";
    finding.read = Element{question.smart_source(), question.evidence.smart1 ? "" : "capabilities"};
    finding.advice = "ask whether its token answers hold an id_token: without one a launch fails";
  }
  question.findings.add(std::move(finding));
  if (issuer) judge_issuer(question, issuer->value);
  if (declared && !smart.discovery.jwks_uri && !question.evidence.smart1)
    question.findings.add({.severity = Severity::note,
                           .subject = "jwks_uri",
                           .detail = "the server names no keys for its id_tokens here",
                           .read = Element{Source::smart_configuration, ""},
                           .advice = "make sure that the issuer's .well-known/openid-configuration names them: it is "
                                     "asked instead"});
}

// `permission` is the capability of that scope.
void judge_refresh(const Question& question, std::string_view scope, std::string_view permission) {
  if (!asks_for(question, scope)) return;
  const auto* smart = question.smart();
  Finding finding{.verdict = Verdict::met, .subject = "scope " + std::string(scope)};
  const auto declared = smart ? place_in("capabilities", smart->discovery.capabilities, permission) : std::nullopt;
  const auto listed =
      smart && smart->scopes_supported ? place_in("scopes_supported", *smart->scopes_supported, scope) : std::nullopt;
  if (declared || listed) {
    finding.detail = "the server declares " + std::string(declared ? permission : scope);
    finding.read = Element{question.smart_source(), question.evidence.smart1 ? "" : declared ? *declared : *listed};
  } else if (smart == nullptr || question.evidence.smart1) {
    finding.severity = Severity::note;
    finding.verdict = Verdict::unknown;
    finding.detail = "no document says whether the server knows it";
    finding.advice = "try a launch: without refreshes a session ends with its first token";
  } else {
    finding.severity = Severity::warning;
    finding.verdict = Verdict::not_declared;
    finding.detail = "the server declares neither " + std::string(permission) + " nor the scope";
    finding.read = Element{Source::smart_configuration, "capabilities"};
    finding.advice = "ask the server's administrators: without refreshes a session ends with its first token";
  }
  question.findings.add(std::move(finding));
}

}  // namespace

void judge_client(const Question& question) {
  const auto* smart = question.smart();
  const auto* registration = question.app.registration(question.server.name);
  if (registration == nullptr) return;
  if (smart != nullptr) {
    question.findings.add(client_finding(question, *smart, registration->client_auth));
    if (registration->client_auth == ClientAuth::private_key_jwt) judge_algorithms(question, *smart);
    return;
  }
  question.findings.add({.severity = Severity::note,
                         .verdict = Verdict::unknown,
                         .subject = "client authentication " + std::string(words_of(registration->client_auth).method),
                         .detail = "without a smart-configuration nothing can be said",
                         .advice = "get the document first"});
}

void judge_identity(const Question& question) {
  if (question.app.identity == config::Identity::required) {
    judge_own_scopes(question);
    if (const auto* smart = question.smart()) judge_sign_in(question, *smart);
  }
  judge_refresh(question, "offline_access", "permission-offline");
  judge_refresh(question, "online_access", "permission-online");
}

}  // namespace wardend::verify
