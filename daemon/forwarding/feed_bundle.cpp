#include "daemon/forwarding/feed_bundle.hpp"

#include <nlohmann/json.hpp>

#include "protocol/balp/audit_event.hpp"

namespace wardend::forwarding {
namespace {

using Json = nlohmann::ordered_json;

// The entry's hash, where a search for `_tag` finds it.
constexpr const char* hash_system = "urn:wardend:audit:hash";

Json sent_by_id(Json event, const std::string& id) {
  event["id"] = id;
  return {{"fullUrl", "urn:uuid:" + id},
          {"resource", std::move(event)},
          {"request", {{"method", "PUT"}, {"url", "AuditEvent/" + id}}}};
}

Json sent_by_tag(Json event, const std::string& id, const std::string& hash) {
  event.erase("id");
  event["meta"]["tag"].push_back({{"system", hash_system}, {"code", hash}});
  return {
      {"fullUrl", "urn:uuid:" + id},
      {"resource", std::move(event)},
      {"request",
       {{"method", "POST"}, {"url", "AuditEvent"}, {"ifNoneExist", std::string("_tag=") + hash_system + "|" + hash}}}};
}

std::string entry_of(const Outgoing& outgoing, Once once) {
  nlohmann::json entry = nlohmann::json::parse(outgoing.line, nullptr, false);
  // wardend writes none that is no JSON; whoever did, what is known of it goes, and under an id of its own.
  if (!entry.is_object()) entry = {{"sequence", outgoing.behind.link.sequence}, {"hash", outgoing.behind.link.hash}};
  Json event = balp::audit_event(entry);
  const std::string id = balp::event_id(entry);
  const Json sent = once == Once::by_id ? sent_by_id(std::move(event), id)
                                        : sent_by_tag(std::move(event), id, outgoing.behind.link.hash);
  return sent.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

FeedBundle bundle_of(const Entries& entries, Once once, std::size_t most_bytes) {
  FeedBundle bundle{.text = R"({"resourceType":"Bundle","type":"batch","entry":[)"};
  for (const Outgoing& outgoing : entries) {
    const std::string entry = entry_of(outgoing, once);
    if (bundle.entries != 0 && bundle.text.size() + entry.size() > most_bytes) break;
    if (bundle.entries++ != 0) bundle.text += ',';
    bundle.text += entry;
  }
  bundle.text += "]}";
  return bundle;
}

}  // namespace wardend::forwarding
