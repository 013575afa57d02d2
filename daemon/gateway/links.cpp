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

// An http(s) address taken apart behind its host and port.
struct Split {
  std::string origin;       // as http::Url has it
  std::string_view behind;  // path, query and fragment
};

std::optional<Split> split(std::string_view url) {
  const auto colon = url.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  const auto end = std::min(url.find_first_of("/?#", colon + 3), url.size());
  const auto host = http::Url::parse(url.substr(0, end));
  if (!host) return std::nullopt;
  return Split{.origin = host->origin(), .behind = url.substr(end)};
}

// The path of a canonical base: "" or "/fhir/r4".
std::string_view path_of(std::string_view canonical) {
  const auto slash = canonical.find('/', canonical.find("://") + 3);
  return slash == std::string_view::npos ? std::string_view() : canonical.substr(slash);
}

bool begins_below(std::string_view rest) { return rest.empty() || rest.starts_with('/') || rest.starts_with('?'); }

// What stands behind the base; nullopt: it is not below it.
std::optional<std::string_view> below(std::string_view url, const fhir::BaseUrl& server) {
  const std::string_view canonical = server.canonical();
  if (url.starts_with(canonical) && begins_below(url.substr(canonical.size()))) return url.substr(canonical.size());
  const auto parts = split(url);
  const std::string_view path = path_of(canonical);
  if (!parts || parts->origin != server.url().origin() || !parts->behind.starts_with(path)) return std::nullopt;
  const std::string_view rest = parts->behind.substr(path.size());
  return begins_below(rest) ? std::optional(rest) : std::nullopt;
}

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
  return base.append(path_of(server.canonical()));
}

// What stands behind a proxy often says the other of http and https of itself. Such an address is the server's too, by
// the server's own scheme and port, by which alone it is ever asked.
std::string by_own_scheme(std::string url, const fhir::BaseUrl& server) {
  const std::string_view text = url;
  const auto mark = text.find("://");
  const std::string scheme = lower_case(text.substr(0, mark));
  if ((scheme != "http" && scheme != "https") || scheme == server.url().scheme()) return url;
  const auto end = std::min(text.find_first_of("/?#", mark + 3), text.size());
  std::string_view host = text.substr(mark + 3, end - mark - 3);
  const std::string_view usual_port = scheme == "http" ? ":80" : ":443";
  if (host.ends_with(usual_port)) host.remove_suffix(usual_port.size());
  const auto own = http::Url::parse(server.url().scheme() + "://" + std::string(host));
  if (!own || own->origin() != server.url().origin()) return url;
  return own->origin().append(text.substr(end));
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
  const auto rest = below(url, server);
  if (!rest) return std::nullopt;
  return std::string(gateway).append(*rest);
}

std::optional<std::string> turned_page(std::string_view link, const Rewriting& rewriting) {
  const std::string url = by_own_scheme(resolved(link, rewriting.server, rewriting.address), rewriting.server);
  const auto rest = below(url, rewriting.server);
  if (rest && repeats(*rest, rewriting.asked)) return std::string(rewriting.gateway).append(*rest);
  const auto parts = split(url);
  if (!parts || parts->origin != rewriting.server.url().origin()) return std::nullopt;
  // No address of the server is left, and one that nobody could ask for is a page that is not kept.
  return std::string(rewriting.gateway) + "/-page/" + (may_be_page(url) ? rewriting.pages.keep(url) : "unusable");
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
