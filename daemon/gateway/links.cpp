#include "daemon/gateway/links.hpp"

#include <algorithm>
#include <utility>

#include "base/json_text.hpp"
#include "base/text.hpp"
#include "daemon/gateway/link_scanner.hpp"
#include "protocol/fhir/resource_types.hpp"
#include "protocol/http/url.hpp"

namespace wardend::gateway {
namespace {

constexpr std::size_t longest_page_url = 8UL * 1024;

bool is_same_place(const fhir::FhirRequest& a, const fhir::FhirRequest& b) {
  return a.interaction == b.interaction && a.type == b.type && a.id == b.id && a.compartment == b.compartment &&
         a.operation == b.operation;
}

// Whether an app that sends it asks what it asked before, and no more.
bool repeats(std::string_view rest, const fhir::FhirRequest& asked) {
  const auto question = std::min(rest.find('?'), rest.size());
  const auto request = fhir::classify(
      {.method = "GET", .path = rest.substr(0, question), .query = rest.substr(std::min(question + 1, rest.size()))});
  return request && is_same_place(*request, asked) &&
         std::ranges::all_of(asked.parameters, [&](const fhir::QueryParameter& one) {
           return std::ranges::find(request->parameters, one) != request->parameters.end();
         });
}

bool may_be_page(std::string_view url) {
  return url.size() <= longest_page_url && !url.contains('#') &&
         std::ranges::all_of(url, [](char c) { return c > ' ' && c < 0x7f; });
}

// "https:", "urn:": what stands before the first of the other signs that part an address.
bool has_scheme(std::string_view url) {
  const auto mark = url.find_first_of(":/?#");
  return mark != std::string_view::npos && mark > 0 && url[mark] == ':';
}

std::string base_of(const fhir::BaseUrl& server) {
  std::string base = server.url().origin();
  return base.append(server.path());
}

std::optional<std::string> turned_link(const LinkSpan& link, std::string_view string, const Rewriting& rewriting) {
  std::string plain;
  if (string.contains('\\')) {
    plain = unescaped(string);
    string = plain;
  }
  if (link.kind == LinkKind::page) return turned_page(string, rewriting);
  // "Observation/1" is as good at the gateway's base.
  const bool from_root = string.starts_with('/');
  return turned(from_root ? resolved(string, rewriting.server, rewriting.address) : std::string(string),
                rewriting.server, rewriting.gateway);
}

}  // namespace

// A Bundle that answers these is the server's list of what it found or did. Every other one is a resource.
bool has_links(const fhir::FhirRequest& request) {
  switch (request.interaction) {
    case fhir::Interaction::search:
    case fhir::Interaction::history:
    case fhir::Interaction::batch:
    case fhir::Interaction::transaction:
    case fhir::Interaction::operation:
      return true;
    case fhir::Interaction::read:
    case fhir::Interaction::vread:
    case fhir::Interaction::create:
    case fhir::Interaction::update:
    case fhir::Interaction::patch:
    case fhir::Interaction::delete_:
    case fhir::Interaction::capabilities:
      return false;
  }
  return true;
}

std::string resolved(std::string_view url, const fhir::BaseUrl& server, std::string_view asked) {
  if (url.empty() || url.starts_with('#') || has_scheme(url)) return std::string(url);
  if (url.starts_with("//")) return server.url().scheme() + ":" + std::string(url);
  if (url.starts_with('/')) return server.url().origin().append(url);
  const std::string_view first = url.substr(0, url.find_first_of("/?#"));
  if (fhir::is_resource_type(first)) return base_of(server) + "/" + std::string(url);
  constexpr std::string_view by_form = "/_search";
  std::string_view path = asked.substr(0, asked.find_first_of("?#"));
  if (path.ends_with(by_form)) path.remove_suffix(by_form.size());
  if (path.empty()) return base_of(server) + (url.starts_with('?') ? "" : "/") + std::string(url);
  if (!url.starts_with('?')) path = path.substr(0, path.rfind('/') + 1);
  return std::string(path).append(url);
}

std::optional<std::string> turned(std::string_view url, const fhir::BaseUrl& server, std::string_view gateway) {
  const auto rest = server.below(url);
  if (!rest) return std::nullopt;
  return std::string(gateway).append(*rest);
}

std::optional<std::string> turned_page(std::string_view link, const Rewriting& rewriting) {
  const std::string url = resolved(link, rewriting.server, rewriting.address);
  const auto rest = rewriting.server.below(url);
  if (rest && repeats(*rest, rewriting.asked)) return std::string(rewriting.gateway).append(*rest);
  const auto behind = rewriting.server.behind_origin(url);
  if (!behind) return std::nullopt;
  // By the server's own scheme and port, by which alone it is ever asked.
  const bool own_scheme = lower_case(url.substr(0, url.find(':'))) == rewriting.server.url().scheme();
  const std::string page = own_scheme ? url : rewriting.server.url().origin().append(*behind);
  // No address of the server is left, and one that nobody could ask for is a page that is not kept.
  return std::string(rewriting.gateway) + "/-page/" +
         (may_be_page(page) ? rewriting.pages.keep(page) : std::string(unusable_page));
}

std::expected<std::string, std::string> rewrite_links(std::string json, const Rewriting& rewriting) {
  if (!has_links(rewriting.asked)) return json;
  const auto links = scan_links(json);
  if (!links) return std::unexpected(links.error());
  std::string text;
  std::size_t copied = 0;
  for (const LinkSpan& link : *links) {
    const auto other = turned_link(link, std::string_view(json).substr(link.begin, link.size), rewriting);
    if (!other) continue;
    if (copied == 0) text.reserve(json.size() + json.size() / 8);
    text.append(json, copied, link.begin - copied);
    text += escaped(*other);
    copied = link.begin + link.size;
  }
  if (copied == 0) return json;
  text.append(json, copied);
  return text;
}

void rewrite_headers(Fields& headers, const fhir::BaseUrl& server, std::string_view gateway) {
  for (auto& [name, value] : headers) {
    const std::string lower = lower_case(name);
    if (lower != "location" && lower != "content-location") continue;
    if (auto other = turned(resolved(value, server, {}), server, gateway)) value = std::move(*other);
  }
}

}  // namespace wardend::gateway
