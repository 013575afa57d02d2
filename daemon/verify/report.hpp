// What a comparison of an app's needs with a server's documents comes to. Values alone.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wardend::verify {

// `blocking`: the app cannot do its work there, or nobody knows that it can.
enum class Severity { ok, note, warning, blocking };

// How a need stands to the documents. not_declared: they do not say it. contradicted: they say otherwise. unknown:
// there is nothing that could say it.
enum class Verdict { met, not_declared, contradicted, unknown };

// What was read: one of the server's two documents, or the app's own entry in the configuration.
enum class Source { smart_configuration, metadata, configuration };
// "smart-configuration", "metadata" or "wardend.toml".
[[nodiscard]] std::string_view name_of(Source source);

// An element of a document, as "rest[0].resource[3].interaction[1].code".
struct Element {
  Source source = Source::smart_configuration;
  std::string path = {};  // empty: the whole document, or it lacks the element
};

// `detail` says what was found, `advice` what to do. Both can be shown as they are.
struct Finding {
  Severity severity = Severity::ok;
  std::optional<Verdict> verdict = {};  // none: it is about a document, and no need was compared
  std::string subject = {};
  std::string detail = {};
  std::optional<Element> read = {};
  std::string advice = {};
};

// A document that was compared.
struct Compared {
  Source source = Source::smart_configuration;
  std::string address = {};  // where it was read: an address or a file
  std::string digest = {};   // SHA-256 in hexadecimal; empty: it was not had
};

inline constexpr std::size_t most_findings = 512;

struct Report {
  std::vector<Finding> findings = {};  // the gravest first; at most `most_findings`
  std::vector<Compared> documents = {};
  std::string fhir_base_url = {};
  std::string fhir_version = {};  // as the server writes it; empty: it does not say

  // Whether nothing is blocking.
  [[nodiscard]] bool ready() const;
};

}  // namespace wardend::verify
