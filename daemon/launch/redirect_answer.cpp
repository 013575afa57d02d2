#include "daemon/launch/redirect_answer.hpp"

#include <string>
#include <string_view>

#include "base/text.hpp"
#include "daemon/launch/admission.hpp"

namespace wardend::launch {
namespace {

// An error of the authorization endpoint, in words. Spec: RFC 6749 §4.1.2.1
std::string explain(const oauth::AuthorizationResponse& response) {
  std::string text = "the EHR refused the launch: check the client's registration there";
  if (response.error == "access_denied")
    text = "the sign-in was refused or cancelled: launch again if that was not meant";
  if (response.error == "invalid_scope")
    text = "the server refuses the app's scopes: compare [[app.scope]] with its registration";
  if (std::string advice = nonce_advice(response.error_description); !advice.empty()) text = std::move(advice);
  if (response.error == "temporarily_unavailable" || response.error == "server_error")
    text = "the EHR cannot sign in now: try again later";
  if (!response.error_description.empty()) text += " (" + response.error_description + ")";
  return text;
}

// Both values, as they may differ by a slash.
std::string from_another(const oauth::AuthorizationResponse& response, const smart::Discovery& discovery) {
  constexpr std::size_t longest = 200;  // bytes of each
  const std::string known = discovery.issuer ? printable_ascii(discovery.issuer->value, longest) : "none";
  const std::string said =
      response.iss ? "the issuer \"" + printable_ascii(*response.iss, longest) + "\"" : "no issuer";
  return "the redirect came from another authorization server: it names " + said +
         ", and the server's discovery document \"" + known +
         "\"; ask IT to have the server's administrators make them the same";
}

}  // namespace

Result<oauth::AuthorizationResponse> read_redirect(const Pending& pending, const Secret& redirect_url) {
  const std::string_view url = redirect_url.reveal();
  const auto question = url.find('?');
  if (url.substr(0, question) != pending.redirect_uri || question == std::string_view::npos) {
    return fail(errors::InvalidRequest{
        .field = "redirect_url", .reason = "does not begin with the app's redirect_uri: pass the whole redirect URL"});
  }
  auto response = oauth::parse_authorization_response(url.substr(question + 1));
  if (!response) return fail(unusable_redirect(response.error()));
  if (pending.state.empty() || !pending.state.equals(response->state.reveal()))
    return fail(launch_failed(LaunchStage::authorization, "state_mismatch",
                              "the redirect belongs to another launch: launch again"));
  return std::move(*response);
}

bool ends_launch(const Error& error) {
  const auto* failed = error.as<errors::LaunchFailed>();
  return failed != nullptr && *failed->code != "state_mismatch";
}

errors::LaunchFailed unusable_redirect(const std::string& code) {
  std::string text = "the redirect is malformed: launch again";
  if (code == "too_long")
    text = "the redirect or its code is larger than the 48 KiB that wardend takes: ask the EHR's administrators";
  if (code == "malformed_query") text = "the redirect's query has a broken escape, or more than 64 parameters";
  if (code == "duplicate_parameter") text = "the redirect names a parameter twice";
  if (code == "code_and_error") text = "the redirect has a code and an error";
  if (code == "no_code") text = "the redirect has neither a code nor an error";
  if (code == "state_mismatch")
    text =
        "the redirect has another state than the one that the EHR was given: launch again; if it stays so, ask the "
        "EHR's administrators what changes it";
  if (code == "state_missing") text = "the redirect has no state: the EHR must send back the state that it was given";
  return launch_failed(LaunchStage::authorization, code, std::move(text));
}

std::optional<Error> fault_of(const oauth::AuthorizationResponse& response,
                              const server::ServerDirectory::Answer& known) {
  if (!known) return discovery_failed(known.error());
  if (const auto mismatch = oauth::check_response_issuer(response, **known))
    return launch_failed(LaunchStage::authorization, std::string(*mismatch), from_another(response, **known));
  if (!response.error.empty()) return launch_failed(LaunchStage::authorization, response.error, explain(response));
  return std::nullopt;
}

}  // namespace wardend::launch
