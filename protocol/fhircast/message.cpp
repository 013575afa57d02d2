#include "protocol/fhircast/message.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/json_members.hpp"
#include "base/text.hpp"
#include "protocol/fhircast/event_context.hpp"

namespace wardend::fhircast {
namespace {

using Json = nlohmann::json;
// Read on the loop, whatever a hub sends: some hundred values are usual.
constexpr JsonLimits message_limits{.bytes = max_message, .values = 4'000};
constexpr std::size_t most_events = 64;
constexpr std::size_t longest_name = 64;
constexpr std::size_t longest_reason = 256;
constexpr std::int64_t longest_lease = 7 * 24 * 3600;  // seconds

// For a log: a hub may quote the topic in what it says.
std::string shown(const std::string& text, std::size_t most, const Secret& topic) {
  const bool quotes = !topic.empty() && text.contains(topic.reveal());
  return quotes ? "(quotes the topic)" : printable(text, most);
}

// Empty: it names none.
std::string_view topic_of(const Json& object) {
  const auto found = object.find("hub.topic");
  return found != object.end() && found->is_string() ? std::string_view(found->get_ref<const std::string&>())
                                                     : std::string_view();
}

bool is_ours(const Json& object, const Secret& topic) { return !topic.empty() && topic.equals(topic_of(object)); }

std::optional<std::string> id_of(const Json& message) {
  const auto found = message.find("id");
  if (found == message.end()) return std::nullopt;
  std::string id = dump_json(*found);
  return id.size() <= max_event_id ? std::optional(std::move(id)) : std::nullopt;
}

// A comma-separated list; hubs put spaces into it.
std::vector<std::string> events_of(const Json& object, const Secret& topic) {
  std::vector<std::string> events;
  const std::string list = text_member(object, "hub.events");
  std::string_view left = list;
  while (!left.empty() && events.size() < most_events) {
    auto name = left.substr(0, left.find(','));
    left.remove_prefix(std::min(left.size(), name.size() + 1));
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    if (!name.empty()) events.push_back(shown(std::string(name), longest_name, topic));
  }
  return events;
}

// A number, or one in a string, as a form would have it.
std::optional<std::chrono::seconds> lease_of(const Json& object) {
  const auto found = object.find("hub.lease_seconds");
  if (found == object.end()) return std::nullopt;
  double seconds = 0;
  if (found->is_number()) seconds = found->get<double>();
  if (found->is_string()) {
    const auto& digits = found->get_ref<const std::string&>();
    if (digits.empty() || digits.size() > 9 || digits.find_first_not_of("0123456789") != std::string::npos)
      return std::nullopt;
    seconds = std::stod(digits);
  }
  if (!(seconds >= 1)) return std::nullopt;
  return std::chrono::seconds(static_cast<std::int64_t>(std::min(seconds, static_cast<double>(longest_lease))));
}

// Broken text that begins like this may have been an event.
bool begins_as_json(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && (text[first] == '{' || text[first] == '[');
}

std::expected<Message, std::string> read_answer(const Json& message, const Secret& topic) {
  const std::string mode = text_member(message, "hub.mode");
  if (mode != "subscribe" && mode != "denied") return std::unexpected("a hub.mode that is not known");
  if (!is_ours(message, topic)) return OtherTopic{};
  if (mode == "denied")
    return Denial{.events = events_of(message, topic),
                  .reason = shown(text_member(message, "hub.reason"), longest_reason, topic)};
  return Confirmation{.events = events_of(message, topic), .lease = lease_of(message)};
}

// An event that may be meant for this topic, and does not say so: nobody in it is believed.
HubEvent doubtful(HubEvent event) {
  event.patient = event.encounter = event.anchor = std::nullopt;
  event.fault = ContextFault::no_topic;
  return event;
}

std::expected<Message, std::string> read_event(const Json& message, const Json& body, const Secret& topic) {
  const std::string name = body.is_object() ? text_member(body, "hub.event") : std::string();
  if (name.empty()) return std::unexpected("an event without a name");
  const EventKind kind = kind_of(name);
  const bool none = topic_of(body).empty();
  if (!none && !is_ours(body, topic)) return OtherTopic{.kind = kind};
  HubEvent event{.id = id_of(message), .kind = kind, .name = shown(name, longest_name, topic)};
  event.timestamp = parse_timestamp(text_member(message, "timestamp"));
  const auto context = body.find("context");
  read_event_context(context == body.end() ? Json() : *context, event);
  if (none && kind != EventKind::other && !ends_session(kind)) event = doubtful(std::move(event));
  return event;
}

}  // namespace

std::expected<Message, std::string> read_message(std::string_view text, const Secret& topic) {
  const auto parsed = parse_json(text, message_limits);
  if (!parsed && text.size() <= max_message && !begins_as_json(text)) return Chatter{};
  if (!parsed) return std::unexpected("the message cannot be read: " + parsed.error());
  if (!parsed->is_object()) return Chatter{};
  if (parsed->contains("hub.mode")) return read_answer(*parsed, topic);
  const auto body = parsed->find("event");
  if (body == parsed->end()) return Chatter{};
  return read_event(*parsed, *body, topic);
}

std::string acknowledgement(std::string_view id, int status) {
  return R"({"id":)" + std::string(id) + R"(,"status":)" + std::to_string(status) + "}";
}

Leave read_leave(std::string_view text, EventKind kind) {
  HubEvent event{.kind = kind};
  const auto parsed = parse_json(text, message_limits);
  if (!parsed || !parsed->is_object()) return {};
  const auto body = parsed->find("event");
  if (body == parsed->end() || !body->is_object()) return {};
  const auto context = body->find("context");
  if (context != body->end()) read_event_context(*context, event);
  return {.code = event.code, .hub_sleeps = event.hub_sleeps};
}

}  // namespace wardend::fhircast
