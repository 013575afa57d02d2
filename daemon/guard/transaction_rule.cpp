#include "daemon/guard/transaction_rule.hpp"

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "base/json_members.hpp"
#include "daemon/guard/read_rule.hpp"
#include "daemon/guard/resource_rule.hpp"
#include "daemon/guard/stages.hpp"
#include "daemon/guard/subject_rule.hpp"
#include "daemon/guard/verdicts.hpp"
#include "protocol/fhir/bundle_requests.hpp"
#include "protocol/fhir/reference.hpp"

namespace wardend::guard {
namespace {

using fhir::Interaction;
using nlohmann::json;
using Kind = Verdict::Kind;

// An entry is called what it is written to.
std::optional<Error> own_name_fault(const json& entry, const fhir::FhirRequest& request, const Facts& facts) {
  if (auto fault = name_fault(entry, facts)) return fault;
  const fhir::ReferenceText text = fhir::read_reference(text_view_member(entry, "fullUrl"), facts.base);
  if (text.form != fhir::ReferenceForm::here) return std::nullopt;
  if (text.type != request.type || (!request.id.empty() && text.id != request.id))
    return rejected("a fullUrl that is not the entry's own resource", "fullUrl");
  return std::nullopt;
}

// A read that may be answered without a resource would bring the version of a record that nobody has judged.
std::optional<Error> unseen_fault(const json& request) {
  const std::string_view method = text_view_member(request, "method");
  if (method == "HEAD") return rejected("a HEAD shows nothing that says whose it is: send a GET", "request.method");
  if (method != "GET") return std::nullopt;
  for (const char* condition : {"ifModifiedSince", "ifNoneMatch"})
    if (find_member(request, condition) != nullptr)
      return rejected("a read in a Bundle has no " + std::string(condition) + ": leave it out",
                      "request." + std::string(condition));
  return std::nullopt;
}

Result<fhir::FhirRequest> request_in(const json& entry) {
  const json* request = find_member(entry, "request");
  if (request == nullptr || !request->is_object()) return fail(rejected("an entry without a request", "request"));
  for (const char* name : {"method", "url", "ifNoneExist", "ifMatch"})
    if (const json* member = find_member(*request, name); member != nullptr && !member->is_string())
      return fail(rejected("a member of a request that is no text", "request." + std::string(name)));
  if (auto fault = unseen_fault(*request)) return fail(std::move(*fault));
  auto read = fhir::classify_entry(fhir::line_of(entry));
  if (!read) return fail(rejected(read.error(), "request"));
  return std::move(*read);
}

Verdict judge_write_entry(const fhir::FhirRequest& request, const json* resource, const std::span<const Target>* read,
                          const Around& around) {
  Verdict judged = judge_write(request, {.body = resource, .read = read, .place = "resource"}, around);
  if (judged.kind == Kind::needs_body) return refuse(rejected("an entry without a resource", "resource"));
  if (resource != nullptr && request.body == fhir::BodyKind::none)
    return refuse(rejected("a resource in an entry that takes none", "resource"));
  // Of a write by itself the app is told the version to send; here nobody else can say it.
  if (!judged.if_match.empty() && request.if_match.empty() && is_about_somebody(request.type))
    return refuse(
        rejected("an entry that changes a resource without its version: put the ETag of what the app read there",
                 "request.ifMatch"));
  judged.if_match.clear();
  return judged;
}

Verdict judge_entry(const json& entry, const fhir::FhirRequest& request, const std::span<const Target>* read,
                    const Around& around) {
  if (auto fault = own_name_fault(entry, request, around.facts)) return refuse(std::move(*fault));
  if (request.interaction == Interaction::transaction)
    return refuse(rejected("a Bundle inside a Bundle", "request.url"));
  if (request.interaction == Interaction::patch)
    return refuse(rejected("a patch inside a Bundle cannot be judged: send it by itself", "request.method"));
  if (request.body == fhir::BodyKind::search_form)
    return refuse(rejected("a search inside a Bundle is a GET", "request.method"));
  const json* resource = find_member(entry, "resource");
  if (!request.reads) return judge_write_entry(request, resource, read, around);
  if (resource != nullptr) return refuse(rejected("a resource in an entry that takes none", "resource"));
  if (request.interaction == Interaction::capabilities) return verdict(Kind::pass);
  return request.interaction == Interaction::operation ? judge_operation(request, around)
                                                       : judge_read(request, around.facts);
}

// What an entry writes to, as far as its address says; empty: to nothing that another entry could mean.
std::string written_by(const fhir::FhirRequest& request) {
  if (request.reads) return {};
  std::string to = request.type + "/" + request.id;
  if (!request.conditional) return request.id.empty() ? std::string() : to;
  const bool create = request.interaction == Interaction::create;
  for (const fhir::QueryParameter& one : create ? request.if_none_exist : request.parameters)
    for (const std::string* part : {&one.name, &one.modifier, &one.chain, &one.value}) to += *part + '\n';
  return to;
}

std::optional<Error> bundle_fault(const json& bundle) {
  if (text_view_member(bundle, "resourceType") != "Bundle")
    return rejected("the resource is not a Bundle", "resourceType");
  const std::string_view type = text_view_member(bundle, "type");
  if (type != "transaction" && type != "batch") return rejected("the Bundle is no transaction and no batch", "type");
  const json* entries = find_member(bundle, "entry");
  if (entries == nullptr || !entries->is_array() || entries->empty())
    return rejected("the Bundle has no entries", "entry");
  return std::nullopt;
}

// An answer that may be refused comes too late for what was written with it.
std::optional<Error> reading_fault(const Verdict& all, bool writes, const Facts& facts) {
  if (all.kind != Kind::inspect_reply || !writes || facts.policy.foreign != Foreign::enforce) return std::nullopt;
  return rejected("the Bundle writes, and reads what may be another patient's: send the reads by themselves", "entry");
}

// Whatever the Bundle says around its resources. A copy, as they are judged one by one.
std::optional<Error> judge_wrapping(const json& bundle, const Around& around) {
  json wrapping = json::object();
  for (const auto& [name, value] : bundle.items())
    if (name != "entry") wrapping[name] = value;
  json& bare = wrapping["entry"] = json::array();
  for (const json& entry : list_member(bundle, "entry")) {
    json kept = json::object();
    if (entry.is_object())
      for (const auto& [name, value] : entry.items())
        if (name != "resource") kept[name] = value;
    if (const auto request = kept.find("request"); request != kept.end() && request->is_object()) request->erase("url");
    bare.push_back(std::move(kept));
  }
  return fault_in(wrapping, around);
}

}  // namespace

Verdict judge_transaction(const json& bundle, const std::span<const Target>* read, const Facts& facts,
                          Referred& referred) {
  if (auto fault = bundle_fault(bundle)) return refuse(std::move(*fault));
  const auto entries = entries_of(bundle, facts.base);
  if (!entries) return refuse(entries.error());
  const Around around{.facts = facts, .entries = *entries, .referred = referred};
  Verdict all = verdict(Kind::pass);
  std::set<std::string> written;
  bool writes = false;
  std::size_t at = 0;
  for (const json& entry : list_member(bundle, "entry")) {
    const std::string place = "entry[" + std::to_string(at++) + "]";
    auto request = request_in(entry);
    if (!request) return refuse(below(place, request.error()));
    Verdict one = judge_entry(entry, *request, read, around);
    if (one.kind == Kind::refuse) return refuse(below(place, std::move(*one.error)));
    if (std::string to = written_by(*request); !to.empty() && !written.insert(std::move(to)).second)
      return refuse(
          below(place, rejected("another entry writes to the same resource: send one of them", "request.url")));
    all.targets.insert(all.targets.end(), one.targets.begin(), one.targets.end());
    if (all.targets.size() > most_targets)
      return refuse(rejected("the Bundle writes to more than " + std::to_string(most_targets) +
                             " resources of the server: send it in parts"));
    if (one.kind == Kind::inspect_reply) all.kind = Kind::inspect_reply;
    writes = writes || !request->reads;
  }
  if (auto fault = reading_fault(all, writes, facts)) return refuse(std::move(*fault));
  if (auto fault = judge_wrapping(bundle, around)) return refuse(std::move(*fault));
  if (!all.targets.empty()) all.kind = Kind::needs_target;
  return all;
}

}  // namespace wardend::guard
