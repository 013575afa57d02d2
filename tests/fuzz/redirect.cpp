// Input: what comes after the "?" of a redirect, a form body, a URL, a FHIR base: the same bytes as each.
#include "base/encoding.hpp"
#include "protocol/fhir/base_url.hpp"
#include "protocol/http/url.hpp"
#include "protocol/oauth/authorization.hpp"
#include "tests/fuzz/targets.hpp"

namespace wardend::fuzz {
namespace {

using fhir::BaseUrl;
using http::Url;

void check_form(std::string_view text) {
  const auto fields = parse_form(text);
  if (!fields) return;
  require(fields->size() <= 64, "a form has 64 fields at most");
  const FormFields views(fields->begin(), fields->end());
  require(parse_form(form_encode(views)) == fields, "a form that is written again reads the same");
}

void check_response(std::string_view query) {
  const auto response = oauth::parse_authorization_response(query);
  if (!response) return require(!response.error().empty(), "a refusal has a word");
  require(response->code.empty() != response->error.empty(), "a redirect brings a code or an error");
  require(response->code.size() <= 4096, "a code is 4 KiB at most");
  require(response->error.size() <= 64 && !has_control(response->error), "an error is short and printable");
  require(response->error_description.size() <= 512 && !has_control(response->error_description),
          "a description is short and printable");
  smart::Discovery discovery;
  discovery.issuer = smart::AuthorizationIssuer{"https://ehr.example.org"};
  discovery.response_iss_required = true;
  const bool same = response->iss == "https://ehr.example.org";
  require(check_response_issuer(*response, discovery).has_value() != same, "only the exact issuer is accepted");
}

void check_request(const Url& endpoint) {
  const oauth::AuthorizationRequest request{.client_id = "client &=",
                                            .redirect_uri = "http://127.0.0.1:8724/callback",
                                            .scope = smart::ScopeSet("openid patient/Observation.rs?a=b"),
                                            .aud = "https://ehr.example.org/fhir",
                                            .launch = "launch+value",
                                            .state = "state-1",
                                            .code_challenge = "challenge"};
  const Secret address = authorization_url(endpoint, request);
  require(address.reveal().starts_with(endpoint.text()), "the endpoint is kept as it was written");
  const auto fields = parse_form(address.reveal().substr(address.reveal().find('?') + 1));
  if (!fields) return;  // the endpoint's own query may be broken
  require(fields->size() >= 9 && fields->back() == std::pair<std::string, std::string>("launch", "launch+value"),
          "every parameter is there");
  const auto url = Url::parse(address.reveal());
  require(!url || url->origin() == endpoint.origin(), "the request goes to the endpoint's own host");
}

void check_url(std::string_view text) {
  const auto url = Url::parse(text);
  if (!url) return require(!url.error().empty(), "a refusal has a sentence");
  require(url->text() == text && text.size() <= 8192, "a URL is kept as it was written");
  const auto after_scheme = text.substr(text.find("://") + 3);
  const auto authority = after_scheme.substr(0, after_scheme.find_first_of("/?#"));
  require(!authority.contains('@'), "no user name and no password");
  require(!text.contains('#') && !has_control(text), "no fragment, nothing that cannot be seen");
  const std::string& host = url->host();
  require(!host.empty() && host.find_first_of("@/\\?#% ") == std::string::npos, "the host is a host");
  require(std::ranges::none_of(host, [](char c) { return c >= 'A' && c <= 'Z'; }), "the host is in lower case");
  const bool loopback = host == "127.0.0.1" || host == "[::1]" || host == "localhost";
  require(url->scheme() == "https" || (url->scheme() == "http" && loopback), "http stays on this machine");
  const int port = std::stoi(url->port());
  require(port >= 1 && port <= 65535, "the port is one");
  const auto origin = Url::parse(url->origin());
  require(origin && origin->origin() == url->origin(), "an origin is its own origin");
  check_request(*url);
}

void check_base(std::string_view text) {
  const auto base = BaseUrl::parse(text);
  if (!base) return;
  const auto again = BaseUrl::parse(base->canonical());
  require(again && again->canonical() == base->canonical(), "the canonical form is its own canonical form");
  require(*again == *base && again->url().origin() == base->url().origin(), "the canonical form is the same server");
  require(!base->canonical().ends_with('/') && base->text() == text, "only what is compared is cleaned");
  if (text.size() > 8000) return;
  const auto child = Url::parse(base->child("metadata"));
  require(child && child->origin() == base->url().origin(), "a child lives on the base's host");
}

}  // namespace

void fuzz_redirect(Bytes input) {
  const std::string_view text = text_of(input);
  check_form(text);
  check_response(text);
  check_url(text);
  check_base(text);
}

}  // namespace wardend::fuzz
