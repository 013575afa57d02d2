// A FHIR request as a value: what it does, to what, and on which conditions. classify() is the one reader of methods,
// paths, queries and headers; nothing else takes a FHIR request apart. No I/O.
// Spec: FHIR R4, RESTful API (every row of its summary), search, operations.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wardend::fhir {

enum class Interaction : std::uint8_t {
  read,
  vread,
  search,
  history,
  create,
  update,
  patch,
  delete_,
  batch,        // as transaction; classify() never says it, as only the Bundle does
  transaction,  // a POST to the base
  operation,
  capabilities,  // /metadata, of type CapabilityStatement, and /.well-known/smart-configuration, of none
};
// "read", ..., "delete", ...
[[nodiscard]] std::string_view name_of(Interaction interaction);

// One pair of a query, percent-decoded: name[:modifier][.chain]=value. `_has` keeps all behind its first colon as
// modifier. Spec: FHIR R4, search, modifiers and chaining
struct QueryParameter {
  std::string name;
  std::string modifier = {};
  std::string chain = {};
  std::string value = {};
  bool in_body = false;  // of Parameters
  friend bool operator==(const QueryParameter&, const QueryParameter&) = default;
};

// What a request brings beside its line.
enum class BodyKind : std::uint8_t { none, resource, json_patch, search_form };

struct FhirRequest {
  Interaction interaction = Interaction::capabilities;
  std::string type = {};         // a resource type; "*": all types of a compartment; empty: the whole server
  std::string id = {};           // of the instance; empty: none
  std::string version = {};      // vread: the one that is read
  std::string compartment = {};  // a compartment search: whose, as "Patient/p1"; empty: none
  std::string operation = {};    // with its "$"
  // Of the address; for update, patch and delete without id the condition. add_whom() adds those of a body.
  std::vector<QueryParameter> parameters = {};
  std::vector<QueryParameter> if_none_exist = {};  // the condition of a create
  bool conditional = false;                        // one of the two is a condition on which a write happens
  bool reads = false;                              // by GET or HEAD, or a search: changes nothing
  BodyKind body = BodyKind::none;
  std::string if_match = {};  // the version that an update, patch or delete is for, without W/ and quote marks
  // Of a Bundle that was read: what each of its entries asks for. nullptr: it was not read.
  std::shared_ptr<const std::vector<FhirRequest>> entries = {};
};

struct Header {
  std::string_view name;
  std::string_view value;
};

// As it stands on the wire, undecoded.
struct RequestLine {
  std::string_view method;
  std::string_view path;  // behind the FHIR base: "" or "/Observation/1"
  std::string_view query = {};
  std::span<const Header> headers = {};
};

inline constexpr std::size_t longest_path = 2048;
inline constexpr std::size_t longest_query = 8192;
inline constexpr std::size_t most_parameters = 64;

// What the request is. The path is decoded once. The error is a sentence that names what no row of the HTTP page knows
// or what is written in two ways: an unknown method, type, interaction, parameter of FHIR's own ("_..."), modifier or
// media type; an encoded slash, "." or "..", an empty segment, an absolute address, a fragment; two of one header.
// A caller that gets an error refuses the request.
[[nodiscard]] std::expected<FhirRequest, std::string> classify(const RequestLine& line);

// As classify(), for an entry of a Bundle: `url` is what its request.url says, relative to the base.
struct EntryLine {
  std::string_view method;
  std::string_view url;
  std::string_view if_none_exist = {};
  std::string_view if_match = {};
};
[[nodiscard]] std::expected<FhirRequest, std::string> classify_entry(const EntryLine& entry);

// The pairs of a query or a form, taken apart and checked as classify() does: the body of a POST to _search. At most
// 64 pairs and 8 KiB. The error is a sentence.
[[nodiscard]] std::expected<std::vector<QueryParameter>, std::string> parse_query(std::string_view query);

}  // namespace wardend::fhir
