// What a FHIR server declares of itself at {base}/metadata: CapabilityStatement, and Conformance as DSTU2 calls it.
// Kept is what a comparison with an app's needs reads, each with the path of its element. No I/O. Spec: FHIR R4
// CapabilityStatement; FHIR DSTU2 Conformance
#pragma once

#include <cstdint>
#include <expected>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace wardend::fhir {

// A statement of 20 MiB has some 600,000 values, at 35 bytes each without white space.
inline constexpr JsonLimits capability_limits{.bytes = 20UL * 1024 * 1024, .values = 20UL * 1024 * 1024 / 16};

// A word of a list: the code of an interaction, the name of an operation. `at` counts the elements of that list.
struct Listed {
  std::string word;
  std::uint32_t at = 0;
};

struct SearchParameter {
  std::string name;
  std::string type;  // empty: it names none
  std::uint32_t at = 0;
};

// One entry of rest.resource.
struct ServedResource {
  std::string type;
  std::string path;
  std::vector<Listed> interactions = {};  // empty: it lists none, which is not to say that it has none
  std::vector<SearchParameter> search = {};
  std::vector<Listed> operations = {};
};

// A security service: "SMART-on-FHIR", "OAuth", ... in a code system.
struct SecurityService {
  std::string code;
  std::string system;
  std::string path;
};

// One address of the oauth-uris extension: "token", "authorize", ...
struct OAuthAddress {
  std::string name;
  std::string address;
  std::string path;
};

// One entry of `rest` that speaks of a server. Several are one server together.
struct Rest {
  std::string path;
  bool lists_resources = false;
  bool has_security = false;
  std::vector<ServedResource> resources = {};
  std::vector<Listed> interactions = {};     // of the whole system: batch, transaction, ...
  std::vector<SearchParameter> search = {};  // of every resource
  std::vector<Listed> operations = {};
  std::vector<SecurityService> services = {};
  std::string oauth_path = {};  // the oauth-uris extension; empty: there is none
  std::vector<OAuthAddress> oauth = {};
  std::vector<std::string> smart_capabilities = {};  // the extension of SMART 1.0
};

// What is not as FHIR has it, and was passed over: the first of its kind, and how many there are.
struct Oddity {
  enum class Kind {
    wrong_kind_of_value,  // a text where a list belongs, and the like
    unknown_type,         // a resource type that FHIR has not
    interaction_without_code,
    repeated_type,               // read as one with the first
    too_long,                    // a word over 256 bytes
    oauth_uris_under_other_url,  // an extension that is called oauth-uris, and is not that of SMART
  };
  Kind kind;
  std::string path;
  std::string sample = {};  // what stands there; empty: nothing that says more
  std::uint32_t count = 1;
};

struct CapabilityStatement {
  std::string prefix = {};  // of every path: "entry[0].resource." where a Bundle is around the statement
  std::string resource_type = {};
  std::string fhir_version = {};
  std::string status = {};
  std::string kind = {};
  std::string software = {};            // name and version
  std::string implementation_url = {};  // as written: may be no address at all
  bool has_imports = false;             // imports or instantiates: what those declare is not read
  std::vector<Rest> rest = {};
  std::vector<Oddity> oddities = {};
};

// Whether a statement may come in a Bundle, as some servers wrap it against FHIR.
enum class Bundles { refused, unwrapped };

// Reads a parsed document. null counts as absent, everywhere. The error is a sentence: another resource, or none.
[[nodiscard]] std::expected<CapabilityStatement, std::string> read_capability_statement(const nlohmann::json& document,
                                                                                        Bundles bundles);

}  // namespace wardend::fhir
