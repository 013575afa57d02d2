// A reply's addresses, turned from the server to the gateway: an app follows them as they come, and what it sends must
// come here. Only structure is rewritten; text that people read, attachments and references never are. No I/O.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/gateway/fields.hpp"
#include "daemon/gateway/pages.hpp"
#include "protocol/fhir/base_url.hpp"
#include "protocol/fhir/request.hpp"

namespace wardend::gateway {

struct Rewriting {
  const fhir::BaseUrl& server;
  std::string_view gateway;        // http://wardend/fhir/SESSION
  const fhir::FhirRequest& asked;  // what is answered
  Pages& pages;
  std::string_view address = {};  // that was asked, at the server
};

// A relative address, made absolute. FHIR has addresses relative to the base: so is one that begins with a resource
// type. Every other one is relative to what was asked. One that is absolute stays. Spec: FHIR R4, RESTful API, Service
// Base URL; RFC 3986 §5.2
[[nodiscard]] std::string resolved(std::string_view url, const fhir::BaseUrl& server, std::string_view asked);

// What the app gets instead of that address; nullopt: the address stays. One that is the server's base followed by "/",
// "?" or nothing becomes the gateway's; scheme, host and port are compared as fhir::BaseUrl does.
[[nodiscard]] std::optional<std::string> turned(std::string_view url, const fhir::BaseUrl& server,
                                                std::string_view gateway);

// The same for Bundle.link[].url, which may be relative. It stays an address where it asks again what was asked
// (`Rewriting::asked`), with more parameters at most; every other one on the server's host and port, by http or https,
// becomes GATEWAY/-page/HANDLE.
[[nodiscard]] std::optional<std::string> turned_page(std::string_view url, const Rewriting& rewriting);

// Whether the answer to that request has addresses to turn: what answers a search, a history, a batch, a transaction or
// an operation. A Bundle that is read by its id stays as it is stored.
[[nodiscard]] bool has_links(const fhir::FhirRequest& request);

// A JSON reply with its addresses turned (see link_scanner.hpp); all other bytes are as they came. An error is a
// sentence: the reply cannot be read, and the app must not get it.
[[nodiscard]] std::expected<std::string, std::string> rewrite_links(std::string json, const Rewriting& rewriting);

// Location and Content-Location, whatever the case of their names, and relative ones too.
void rewrite_headers(Fields& headers, const fhir::BaseUrl& server, std::string_view gateway);

}  // namespace wardend::gateway
