#include "protocol/fhir/request.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "protocol/fhir/id.hpp"
#include "protocol/fhir/request_headers.hpp"
#include "protocol/fhir/resource_types.hpp"

namespace wardend::fhir {
namespace {

using Request = std::expected<FhirRequest, std::string>;
using Segments = std::vector<std::string>;

enum class Method : std::uint8_t { get, post, put, patch, delete_ };

constexpr std::size_t most_segments = 4;
constexpr std::size_t most_shown = 64;

std::string shown(std::string_view word) { return "\"" + printable_ascii(word, most_shown) + "\""; }

std::optional<Method> method_of(std::string_view name) {
  if (name == "GET" || name == "HEAD") return Method::get;
  if (name == "POST") return Method::post;
  if (name == "PUT") return Method::put;
  if (name == "PATCH") return Method::patch;
  if (name == "DELETE") return Method::delete_;
  return std::nullopt;
}

// One segment, decoded once. What then still has a slash, or walks, would be read otherwise by somebody else.
std::expected<std::string, std::string> decoded(std::string_view segment) {
  if (segment.empty()) return std::unexpected("an empty segment in the path");
  std::string text(segment);
  if (segment.contains('%')) {
    auto plain = segment.contains('+') ? std::nullopt : form_decode(segment);
    if (!plain) return std::unexpected("a broken escape in the path");
    text = std::move(*plain);
  }
  if (text.contains('/') || text.contains('\\')) return std::unexpected("an encoded slash in the path");
  if (text == "." || text == "..") return std::unexpected("\".\" or \"..\" in the path");
  return text;
}

std::expected<Segments, std::string> decoded_segments(std::string_view path) {
  if (path.size() > longest_path) return std::unexpected("a path of more than 2 KiB");
  Segments segments;
  if (path.empty() || path == "/") return segments;
  if (!path.starts_with('/')) return std::unexpected("an absolute address where a path belongs");
  if (path.contains('?') || path.contains('#')) return std::unexpected("a query or a fragment in the path");
  segments.reserve(most_segments);
  do {
    path.remove_prefix(1);
    const auto segment = path.substr(0, path.find('/'));
    auto text = decoded(segment);
    if (!text) return std::unexpected(text.error());
    if (segments.size() == most_segments) return std::unexpected("a path of more segments than FHIR has");
    segments.push_back(std::move(*text));
    path.remove_prefix(segment.size());
  } while (!path.empty());
  return segments;
}

bool is_operation(std::string_view name) {
  return name.size() > 1 && name.starts_with('$') && std::ranges::all_of(name.substr(1), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
         });
}

bool has_compartment(std::string_view type) {
  constexpr auto types =
      std::to_array<std::string_view>({"Device", "Encounter", "Patient", "Practitioner", "RelatedPerson"});
  return std::ranges::find(types, type) != types.end();
}

// Which row of the HTTP page a method and a path are.
class Rows {
 public:
  Rows(Method method, const Segments& path) : method_(method), path_(path) {}

  [[nodiscard]] Request find() {
    if (path_.empty()) return of_server();
    const std::string& first = path_.front();
    if (first == "metadata" && path_.size() == 1) {
      request_.type = "CapabilityStatement";
      return get_only(Interaction::capabilities);
    }
    if (first == ".well-known" && path_.size() == 2 && path_[1] == "smart-configuration")
      return get_only(Interaction::capabilities);
    if (path_.size() == 1 && (first.starts_with('_') || first.starts_with('$'))) return by_word(first);
    if (!is_resource_type(first)) return std::unexpected("there is no resource type " + shown(first));
    request_.type = first;
    return path_.size() == 1 ? of_type() : behind_type();
  }

 private:
  [[nodiscard]] Request no_row() const { return std::unexpected("FHIR has no such request for this method and path"); }

  [[nodiscard]] Request as(Interaction interaction) {
    request_.interaction = interaction;
    request_.reads = method_ == Method::get || interaction == Interaction::search;
    return std::move(request_);
  }

  [[nodiscard]] Request get_only(Interaction interaction) {
    return method_ == Method::get ? as(interaction) : no_row();
  }

  [[nodiscard]] Request of_server() {
    if (method_ == Method::get) return as(Interaction::search);
    return method_ == Method::post ? as(Interaction::transaction) : no_row();
  }

  // "_search", "_history" or an operation, at the end of a path.
  [[nodiscard]] Request by_word(const std::string& word) {
    if (word == "_history") return get_only(Interaction::history);
    if (word == "_search") return method_ == Method::post ? as(Interaction::search) : no_row();
    if (!is_operation(word)) return std::unexpected("the interaction " + shown(word) + " is not known");
    request_.operation = word;
    return method_ == Method::get || method_ == Method::post ? as(Interaction::operation) : no_row();
  }

  [[nodiscard]] Request of_type() {
    switch (method_) {
      case Method::get:
        return as(Interaction::search);
      case Method::post:
        return as(Interaction::create);
      case Method::put:
      case Method::patch:
      case Method::delete_:
        request_.conditional = true;
        return writes();
    }
    return no_row();
  }

  [[nodiscard]] Request writes() {
    if (method_ == Method::put) return as(Interaction::update);
    return as(method_ == Method::patch ? Interaction::patch : Interaction::delete_);
  }

  [[nodiscard]] Request behind_type() {
    const std::string& second = path_[1];
    if (path_.size() == 2 && (second.starts_with('_') || second.starts_with('$'))) return by_word(second);
    if (!valid_id(second)) return std::unexpected("this is no id of FHIR: " + shown(second));
    request_.id = second;
    if (path_.size() == 2) {
      if (method_ == Method::post) return no_row();
      return method_ == Method::get ? as(Interaction::read) : writes();
    }
    return behind_id();
  }

  [[nodiscard]] Request behind_id() {
    const std::string& third = path_[2];
    if (path_.size() == 3 && (third == "_history" || third.starts_with('$'))) return by_word(third);
    if (path_.size() == 4 && third == "_history") {
      if (!valid_id(path_[3])) return std::unexpected("this is no version of FHIR: " + shown(path_[3]));
      request_.version = path_[3];
      return get_only(Interaction::vread);
    }
    if (third.starts_with('_') && third != "_search")
      return std::unexpected("the interaction " + shown(third) + " is not known");
    return of_compartment();
  }

  // Patient/p1/Observation, Patient/p1/*, and both with _search; Patient/p1/_search is all types.
  [[nodiscard]] Request of_compartment() {
    const std::string& third = path_[2];
    const bool all = third == "*" || (third == "_search" && path_.size() == 3);
    if (!all && !is_resource_type(third)) return std::unexpected("there is no resource type " + shown(third));
    if (!has_compartment(request_.type)) return no_row();
    if (path_.size() == 4 && path_[3] != "_search") return no_row();
    const bool form = path_.back() == "_search";
    if (method_ != (form ? Method::post : Method::get)) return no_row();
    request_.compartment = request_.type + "/" + request_.id;
    request_.type = all ? "*" : third;
    request_.id.clear();
    return as(Interaction::search);
  }

  const Method method_;
  const Segments& path_;
  FhirRequest request_ = {};
};

}  // namespace

std::string_view name_of(Interaction interaction) {
  switch (interaction) {
    case Interaction::read:
      return "read";
    case Interaction::vread:
      return "vread";
    case Interaction::search:
      return "search";
    case Interaction::history:
      return "history";
    case Interaction::create:
      return "create";
    case Interaction::update:
      return "update";
    case Interaction::patch:
      return "patch";
    case Interaction::delete_:
      return "delete";
    case Interaction::batch:
      return "batch";
    case Interaction::transaction:
      return "transaction";
    case Interaction::operation:
      return "operation";
    case Interaction::capabilities:
      return "capabilities";
  }
  return "unknown";
}

std::expected<FhirRequest, std::string> classify(const RequestLine& line) {
  const auto method = method_of(line.method);
  if (!method) return std::unexpected("the method " + shown(line.method) + " is not known");
  const auto path = decoded_segments(line.path);
  if (!path) return std::unexpected(path.error());
  Request request = Rows(*method, *path).find();
  if (!request) return request;
  auto parameters = parse_query(line.query);
  if (!parameters) return std::unexpected(parameters.error());
  request->parameters = std::move(*parameters);
  if (auto fault = take_headers(*request, line)) return std::unexpected(std::move(*fault));
  if (auto fault = parameter_fault(*request)) return std::unexpected(std::move(*fault));
  return request;
}

std::expected<FhirRequest, std::string> classify_entry(const EntryLine& entry) {
  if (entry.url.starts_with('/') || entry.url.contains("://"))
    return std::unexpected("an entry's address that is not relative to the FHIR base");
  if (entry.url.size() > longest_path + longest_query) return std::unexpected("an entry's address of more than 10 KiB");
  const auto question = std::min(entry.url.find('?'), entry.url.size());
  const std::string path = "/" + std::string(entry.url.substr(0, question));
  std::array<Header, 2> headers;
  std::size_t count = 0;
  if (!entry.if_none_exist.empty()) headers[count++] = {"If-None-Exist", entry.if_none_exist};
  if (!entry.if_match.empty()) headers[count++] = {"If-Match", entry.if_match};
  return classify({.method = entry.method,
                   .path = path,
                   .query = entry.url.substr(std::min(question + 1, entry.url.size())),
                   .headers = std::span(headers).first(count)});
}

}  // namespace wardend::fhir
