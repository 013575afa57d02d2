#include "tests/sandbox/transaction.hpp"

#include <algorithm>
#include <expected>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "tests/sandbox/fhir.hpp"
#include "tests/sandbox/members.hpp"

namespace wardend::sandbox {
namespace {

using nlohmann::json;
using Ids = std::map<std::string, std::string>;  // urn:uuid:... -> Observation/written-1

struct Entry {
  std::string full_url = {};
  Write write = {};
  json resource = {};
};

std::unexpected<Reply> wrong(const std::string& what) {
  return std::unexpected(operation_outcome(400, "structure", what));
}

std::expected<Entry, Reply> entry_of(const json& from) {
  if (!from.is_object() || !from.contains("request") || !from["request"].is_object())
    return wrong("each entry needs a request");
  const json& request = from["request"];
  const std::string url = text_in(request, "url");
  const auto slash = url.find('/');
  Entry entry{.full_url = text_in(from, "fullUrl"), .resource = from.value("resource", json())};
  entry.write = {.method = text_in(request, "method"),
                 .type = url.substr(0, slash),
                 .id = slash == std::string::npos ? "" : url.substr(slash + 1),
                 .if_match = text_in(request, "ifMatch"),
                 .content_type = "application/fhir+json"};
  const std::string& method = entry.write.method;
  if (method != "POST" && method != "PUT" && method != "DELETE") return wrong("an entry is POST, PUT or DELETE");
  if ((method == "POST") != entry.write.id.empty()) return wrong("POST has a type as its url, the others type and id");
  if (url.contains('?') || request.contains("ifNoneExist")) return wrong("the sandbox has no conditional writes");
  return entry;
}

std::expected<std::vector<Entry>, Reply> entries_of(const json& bundle) {
  constexpr std::size_t most_entries = 100;
  const auto list = bundle.find("entry");
  if (list == bundle.end() || !list->is_array() || list->size() > most_entries)
    return wrong("a Bundle has entries, 100 at most");
  std::vector<Entry> entries;
  for (const json& from : *list) {
    auto entry = entry_of(from);
    if (!entry) return std::unexpected(std::move(entry.error()));
    entries.push_back(std::move(*entry));
  }
  return entries;
}

// What the entries of a Bundle call each other becomes what they are called from now on.
void resolve(json& value, const Ids& ids) {
  if (!value.is_structured()) return;
  for (auto& [name, inner] : value.items()) {
    const auto found = name == "reference" && inner.is_string() ? ids.find(inner.get<std::string>()) : ids.end();
    if (found != ids.end())
      inner = found->second;
    else
      resolve(inner, ids);
  }
}

json response_of(const Reply& reply) {
  json response = {{"status", std::to_string(reply.status)}};
  for (const auto& [name, value] : reply.headers) {
    if (name == "ETag") response["etag"] = value;
    if (name == "Location") response["location"] = value;
  }
  if (reply.status >= 400) response["outcome"] = parse_json(reply.body, most_resource_bytes).value_or(json::object());
  return {{"response", response}};
}

// The order in which a server works, whatever the order of the entries is.
std::vector<Entry*> in_order_of_work(std::vector<Entry>& entries) {
  std::vector<Entry*> order;
  for (const char* method : {"DELETE", "POST", "PUT"})
    for (Entry& entry : entries)
      if (entry.write.method == method) order.push_back(&entry);
  return order;
}

}  // namespace

Reply transaction(Shelf& shelf, std::string_view body, const Settings& settings, WallTime now, const Refusal& refusal) {
  const auto bundle = parse_json(body, most_resource_bytes);
  const bool is_bundle = bundle && bundle->is_object() && text_in(*bundle, "resourceType") == "Bundle";
  const std::string type = is_bundle ? text_in(*bundle, "type") : "";
  if (type != "transaction" && type != "batch")
    return operation_outcome(400, "invalid", "the body must be a Bundle, a transaction or a batch");
  auto entries = entries_of(*bundle);
  if (!entries) return std::move(entries.error());

  Shelf work = shelf;
  Ids ids;
  for (Entry& entry : *entries) {
    if (entry.write.method == "POST") entry.write.id = work.new_id();
    if (type == "transaction" && entry.full_url.starts_with("urn:"))
      ids[entry.full_url] = entry.write.type + "/" + entry.write.id;
  }
  std::map<const Entry*, json> responses;
  for (Entry* entry : in_order_of_work(*entries)) {
    resolve(entry->resource, ids);
    if (entry->write.method != "DELETE") entry->write.body = dump_json(entry->resource);
    auto refused = refusal(entry->write);
    Reply reply = refused ? std::move(*refused) : write(work, entry->write, settings, now);
    if (reply.status >= 400 && type == "transaction") return reply;
    responses[entry] = response_of(reply);
  }
  json answer = {{"resourceType", "Bundle"}, {"type", type + "-response"}, {"entry", json::array()}};
  for (const Entry& entry : *entries) answer["entry"].push_back(responses[&entry]);
  shelf = std::move(work);
  return {
      .content_type = "application/fhir+json", .headers = {{"Cache-Control", "no-store"}}, .body = dump_json(answer)};
}

}  // namespace wardend::sandbox
