// Scopes as people misspell them. Pure.
#pragma once

#include <string>
#include <string_view>

namespace wardend::config {

// The scope that was probably meant: a known context, FHIR resource type or permission in place of one that differs
// from it in letter case, in the order of letters or in at most two places; of other scopes, one that SMART or OpenID
// names. Empty: it is spelt right, or nothing known is near.
[[nodiscard]] std::string probably_meant(std::string_view scope);

// The resource type that a FHIR scope names, if FHIR has none of that name; else empty.
[[nodiscard]] std::string unknown_resource_type(std::string_view scope);

// Whether a scope asks for every right on every resource of its context.
[[nodiscard]] bool asks_for_everything(std::string_view scope);

}  // namespace wardend::config
